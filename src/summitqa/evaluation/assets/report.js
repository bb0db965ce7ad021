// Shows the cases that fit the filter, and opens the one that the address names.
const form = document.querySelector("#filter");
const cases = Array.from(document.querySelectorAll("details.case"));
const count = document.querySelector("#count");
const words = cases.map((each) => each.textContent.toLowerCase());

function fits(each, index, wanted) {
  return (!wanted.suite || each.dataset.suite === wanted.suite)
    && (!wanted.tag || each.dataset.tags.split(" ").includes(wanted.tag))
    && (!wanted.outcome || each.dataset.outcome.split(" ").includes(wanted.outcome))
    && (!wanted.text || words[index].includes(wanted.text));
}

function filter() {
  const wanted = Object.fromEntries(new FormData(form));
  wanted.text = wanted.text.trim().toLowerCase();
  let shown = 0;
  cases.forEach((each, index) => {
    each.hidden = !fits(each, index, wanted);
    shown += each.hidden ? 0 : 1;
  });
  count.textContent = `${shown} of ${cases.length} cases`;
}

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named && named.matches("details.case")) {
    named.hidden = false;
    named.open = true;
    named.scrollIntoView();
  }
}

form.addEventListener("input", filter);
form.addEventListener("reset", () => setTimeout(filter));
form.addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("hashchange", openNamed);
filter();
openNamed();
