// Runs before the first paint, so that a chosen theme or language does not flash.
try {
  const { theme, language } = JSON.parse(localStorage.getItem("campus.preferences") ?? "{}");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  if (language === "en") document.documentElement.lang = "en";
} catch {
  // Without storage, the system's theme and Korean apply.
}
