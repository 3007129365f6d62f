// The map of a week: zoom, pan, arrow keys from paper to paper, and the title of the one that is pointed at.
const figure = document.querySelector("[data-map]");

if (figure) {
  const picture = figure.querySelector("svg");
  const says = figure.querySelector("[data-map-says]");
  const points = [...picture.querySelectorAll("a")];
  const whole = picture.viewBox.baseVal;
  const all = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
  const seen = { ...all };
  const nearest = all.width / 16;

  const show = () => picture.setAttribute("viewBox", `${seen.x} ${seen.y} ${seen.width} ${seen.height}`);
  const within = (value, least, most) => Math.min(Math.max(value, least), most);

  const zoom = (factor, x = seen.x + seen.width / 2, y = seen.y + seen.height / 2) => {
    const width = within(seen.width / factor, nearest, all.width);
    const ratio = width / seen.width;
    seen.x = within(x - (x - seen.x) * ratio, all.x, all.x + all.width - width);
    seen.width = width;
    seen.height *= ratio;
    seen.y = within(y - (y - seen.y) * ratio, all.y, all.y + all.height - seen.height);
    show();
  };
  const pan = (across, down) => {
    seen.x = within(seen.x + across, all.x, all.x + all.width - seen.width);
    seen.y = within(seen.y + down, all.y, all.y + all.height - seen.height);
    show();
  };
  const place = (point) => {
    const circle = point.querySelector("circle");
    return { x: circle.cx.baseVal.value, y: circle.cy.baseVal.value };
  };
  const reveal = (point) => {
    const { x, y } = place(point);
    if (x < seen.x || x > seen.x + seen.width || y < seen.y || y > seen.y + seen.height) pan(x - seen.x - seen.width / 2, y - seen.y - seen.height / 2);
  };

  figure.querySelectorAll("[data-zoom]").forEach((button) =>
    button.addEventListener("click", () => {
      if (button.dataset.zoom === "all") Object.assign(seen, all), show();
      else zoom(button.dataset.zoom === "in" ? 1.6 : 1 / 1.6);
    }),
  );

  // One stop of the tab key for the whole map; from there the arrow keys go on.
  points.forEach((point, index) => point.setAttribute("tabindex", index ? "-1" : "0"));
  const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  const next = (from, [right, down]) => {
    const here = place(from);
    let best = null;
    let least = Infinity;
    for (const point of points) {
      const there = place(point);
      const along = (there.x - here.x) * right + (there.y - here.y) * down;
      const aside = Math.abs((there.x - here.x) * down) + Math.abs((there.y - here.y) * right);
      if (point !== from && along > 0 && along + 2 * aside < least) [best, least] = [point, along + 2 * aside];
    }
    return best;
  };
  picture.addEventListener("keydown", (event) => {
    const point = event.target.closest("a");
    const way = ways[event.key];
    if (!point || !way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const to = next(point, way);
    if (!to) return;
    point.setAttribute("tabindex", "-1");
    to.setAttribute("tabindex", "0");
    to.focus();
  });

  const say = (event) => {
    const point = event.target.closest("a");
    if (point) says.textContent = point.querySelector("title").textContent;
  };
  picture.addEventListener("focusin", (event) => (say(event), event.target.closest("a") && reveal(event.target.closest("a"))));
  picture.addEventListener("pointerover", say);

  let held = null;
  picture.addEventListener("pointerdown", (event) => {
    if (seen.width < all.width && !event.target.closest("a")) held = event.pointerId;
  });
  picture.addEventListener("pointermove", (event) => {
    if (event.pointerId !== held) return;
    const scale = seen.width / picture.clientWidth;
    pan(-event.movementX * scale, -event.movementY * scale);
  });
  for (const end of ["pointerup", "pointerleave", "pointercancel"]) picture.addEventListener(end, () => (held = null));
}
