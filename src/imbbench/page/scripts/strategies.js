"use strict";
// Strategies: which are shown, and which one stands out.

const FADED = "faded";

/** The fits whose strategy is not switched off. */
function visible(fits, { hidden }) {
  return fits.filter(({ slot }) => !hidden.has(slot));
}

/** A button for each strategy of the data set, which shows or hides it everywhere. */
function buildLegend(view, changed) {
  const { hidden } = view;
  const named = grouped(view.protocol.rows, (row) => row.slot);
  const buttons = [...named].map(([slot, [{ strategy }]]) => {
    const attributes = { type: "button", "aria-pressed": String(!hidden.has(slot)), "data-slot": slot };
    const button = make("button", attributes, swatch(slot, view.data.styles[slot]), strategy);
    button.addEventListener("click", (event) => {
      if (!hidden.delete(slot)) hidden.add(slot);
      button.setAttribute("aria-pressed", String(!hidden.has(slot)));
      changed();
      emphasise(hidden.has(slot) || event.pointerType === "touch" ? null : String(slot));
    });
    return button;
  });
  byId("legend").replaceChildren(...buttons);
}

/**
 * Show or hide strategies everywhere: `hidden` has the slots that are off.
 *
 * What is best in the explorer and the pictures is the best of those that are shown. Heatmap and table of all
 * cells show the run's own tables: what is best there is best of all.
 */
function applyHidden(hidden) {
  for (const element of document.querySelectorAll("[data-slot]:not(button)")) {
    element.toggleAttribute("hidden", hidden.has(Number(element.dataset.slot)));
  }
}

/** Fade all strategies but this one; null fades none. */
function emphasise(slot) {
  for (const element of document.querySelectorAll("#explore .panels [data-slot]")) {
    element.classList.toggle(FADED, slot !== null && element.dataset.slot !== slot);
  }
}

/** A strategy that is pointed at, or whose button the keys have reached, stands out in all pictures. */
function connectEmphasis(hidden) {
  const explore = byId("explore");
  const point = ({ target }) => {
    const slot = target.closest(".panels [data-slot], #legend [data-slot]")?.dataset.slot ?? null;
    emphasise(slot === null || hidden.has(Number(slot)) ? null : slot);
  };
  explore.addEventListener("pointerover", point);
  explore.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && point(event));
  for (const name of ["pointerleave", "focusout"]) explore.addEventListener(name, () => emphasise(null));
}
