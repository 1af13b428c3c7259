// How figures are written.

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const COUNT = new Intl.NumberFormat("en");

/** A moment as the clock on the wall shows it. */
export function clock(ms) {
  return TIME.format(ms);
}

/** A span as a person says it: 4 s, 3 min, 2 h, 5 days. */
export function span(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 100) {
    return `${seconds} s`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) {
    return `${minutes} min`;
  }
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

export function percent(score) {
  return `${Math.round(score * 100)} %`;
}

/** A whole number; what is not known is said to be so. */
export function count(number) {
  return number === null || number === undefined ? "unknown" : COUNT.format(number);
}

export function rate(perSecond) {
  return perSecond === null || perSecond === undefined ? "unknown" : `${perSecond.toFixed(1)}/s`;
}

export function bytes(size) {
  const units = ["B", "kB", "MB", "GB"];
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}

/** A track's id within its camera's stream: the frame it was first seen in, and its place there. */
export function track(id) {
  return id.slice(id.indexOf("-") + 1);
}
