// The review queue by keyboard: j and k move, x selects, c confirms, r rejects, u unites, o opens.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const rows = [...document.querySelectorAll("#result_list tbody tr, #result_list tr[data-object]")]
    .filter((row) => row.querySelector("input.action-select"));
  const actions = { c: "confirm", r: "reject", u: "unite" };
  const PLACE = "offramp-review";
  let current = -1;

  if (rows.length) {
    const hint = document.createElement("p");
    hint.className = "keys";
    hint.textContent =
      "By keyboard: j and k move, x selects, c confirms, r rejects, u says these are all one, o opens.";
    document.getElementById("changelist-form")?.before(hint);
  }

  // What was decided is gone from the list: the next one stands where it was.
  const place = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  if (place !== null) {
    current = Number(place) - 1;
    go(1);
  }

  function box(row) {
    return row.querySelector("input.action-select");
  }

  function go(step) {
    if (!rows.length) return;
    rows[current]?.classList.remove("offramp-current");
    current = Math.min(rows.length - 1, Math.max(0, current + step));
    rows[current].classList.add("offramp-current");
    rows[current].scrollIntoView({ block: "nearest" });
  }

  function act(name) {
    if (current >= 0 && !rows.some((row) => box(row).checked)) box(rows[current]).click();
    if (!rows.some((row) => box(row).checked)) return;
    const form = document.getElementById("changelist-form");
    form.querySelector("select[name=action]").value = name;
    sessionStorage.setItem(PLACE, Math.max(0, rows.findIndex((row) => box(row).checked)));
    const index = form.querySelector("input[name=index]");
    if (index) index.value = 0;
    form.submit();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "x" && current >= 0) box(rows[current]).click();
    else if (event.key === "o" && current >= 0) rows[current].querySelector("th a, td a")?.click();
    else if (actions[event.key]) act(actions[event.key]);
    else return;
    event.preventDefault();
  });
});
