// Set the saved theme before the first paint. Loaded by <head> and small, so that nothing flashes.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("has-script");
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // A browser that keeps nothing for us follows its system.
  }
})();
