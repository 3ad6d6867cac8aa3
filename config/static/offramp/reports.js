// Shows how far the reports on the page have come, and loads it anew when the state of one changes.
(() => {
  const { url } = document.currentScript.dataset;
  const EVERY = 1500;
  const LEAVING = 10000;
  let leftAt = -LEAVING;

  const show = (place, report) => {
    place.querySelector("span").textContent = report.words;
    let bar = place.querySelector("progress");
    if (report.share === null) return;
    if (!bar) {
      bar = document.createElement("progress");
      bar.max = 1;
      place.prepend(bar, " ");
    }
    bar.value = report.share;
  };

  const look = async () => {
    const places = [...document.querySelectorAll("[data-report]")];
    const isChoosing = document.querySelector("input.action-select:checked");
    if (places.length && !document.hidden) {
      const ids = places.map((place) => place.dataset.report).join(",");
      try {
        const answer = await fetch(`${url}?ids=${ids}`, { headers: { Accept: "application/json" } });
        const { reports } = await answer.json();
        const byId = new Map(reports.map((report) => [String(report.id), report]));
        const watched = places.filter((place) => byId.has(place.dataset.report));
        watched.forEach((place) => show(place, byId.get(place.dataset.report)));
        // Whoever is choosing rows must not lose what they chose, nor whoever has followed a link their way.
        const hasChanged = watched.some((place) => place.dataset.state !== byId.get(place.dataset.report).state);
        const isLeaving = performance.now() - leftAt < LEAVING;
        if (hasChanged && !isChoosing && !isLeaving) {
          window.location.reload();
          return;
        }
      } catch {
        // Away for a moment: the next look asks again.
      }
    }
    window.setTimeout(look, EVERY);
  };
  // A download leaves the page too, and stays on it: so it is a time, not a state.
  window.addEventListener("beforeunload", () => {
    leftAt = performance.now();
  });
  document.addEventListener("DOMContentLoaded", look);
})();
