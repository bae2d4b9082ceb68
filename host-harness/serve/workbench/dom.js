// Elements made from plain calls: texts are texts, so nothing that people typed becomes markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An element: `h('a', { href: '#x', class: 'y' }, 'text', other)`. Nothing, false and null are left out. */
export function h(name, props = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(' ');
  for (const [key, value] of Object.entries(props ?? {})) set(made, key, value);
  add(made, children);
  return made;
}

function set(made, key, value) {
  if (value === undefined || value === null || value === false) return;
  if (key === 'class') made.className = [made.className, value].filter(Boolean).join(' ');
  else if (key === 'value' || key === 'checked' || key === 'selected') made[key] = value;
  else if (key === 'style') for (const [name, to] of Object.entries(value)) made.style.setProperty(name, to);
  else if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
  else made.setAttribute(key, value === true ? '' : String(value));
}

function add(made, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    made.append(child);
  }
}

/** What an element holds from here on; whoever had the focus keeps it, if it is there again. */
export function fill(place, ...children) {
  const key = focusKey(place);
  const scroll = place.scrollTop;
  place.replaceChildren();
  add(place, children);
  if (key) place.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  if (scroll) place.scrollTop = scroll;
}

function focusKey(place) {
  const active = document.activeElement;
  return active && place.contains(active) ? active.closest('[data-key]')?.getAttribute('data-key') : null;
}

const ICONS = {
  clients: 'M6 7.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM2 13c0-2.3 1.8-3.8 4-3.8s4 1.5 4 3.8M10.5 3.2a2 2 0 0 1 0 3.8M11.5 9.5c1.5.3 2.5 1.6 2.5 3.5',
  portal: 'M2.5 3.5h11v9h-11zM2.5 6h11M4.5 4.8h.1M6 4.8h.1',
  outbox: 'M2.5 4h11v8.5h-11zM2.8 4.4 8 8.8l5.2-4.4',
  time: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 5v3.2l2 1.3',
  log: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.4 10.4l3.1 3.1',
  close: 'm4 4 8 8M12 4l-8 8',
  up: 'M8 12.5v-9M4.5 7 8 3.5 11.5 7',
  down: 'M8 3.5v9M4.5 9 8 12.5 11.5 9',
  more: 'M3.5 8h.1M8 8h.1M12.4 8h.1',
  plus: 'M8 3v10M3 8h10',
  copy: 'M5.5 5.5h7v7h-7zM10.5 5.5v-2h-7v7h2',
  back: 'M6 4 2.5 7.5 6 11M2.5 7.5h7a4 4 0 0 1 0 8H8',
  next: 'M3 4v8l5-4zM12.5 4v8',
  check: 'm3 8.5 3.2 3.2L13 5',
  warn: 'M8 2.5 14 13H2zM8 6.5v3M8 11.3h.1',
  sun: 'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM8 1.5V3M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1',
  moon: 'M13 9.5A5.5 5.5 0 1 1 6.5 3a4.5 4.5 0 0 0 6.5 6.5Z',
  play: 'M5 3.5v9l7-4.5z',
  link: 'M6.5 9.5 9.5 6.5M7 4.5l1.2-1.2a2.6 2.6 0 0 1 3.7 3.7L10.7 8.2M9 11.5l-1.2 1.2a2.6 2.6 0 0 1-3.7-3.7L5.3 7.8',
  phone: 'M5 2h6v12H5zM7.5 12h1',
  desktop: 'M2 3.5h12v7.5H2zM6 13.5h4M8 11v2.5',
  shield: 'M8 2 13 4v4c0 3-2.2 5-5 6-2.8-1-5-3-5-6V4z',
};

/** A line icon, which says nothing by itself. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'i');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name] ?? '');
  svg.append(path);
  return svg;
}

/** 26 weeks of scores as a line; weeks without one are gaps. */
export function spark(scores, band, { width = 84, height = 22 } = {}) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `spark ${band ?? ''}`);
  svg.setAttribute('width', width);
  svg.setAttribute('height', height);
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const known = (scores ?? []).filter((score) => score !== null);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', known.length ? `score by week: from ${known[0]} to ${known.at(-1)}` : 'no score yet');
  if (!known.length) return svg;
  const x = (at) => 2 + (at / Math.max(1, scores.length - 1)) * (width - 4);
  const y = (score) => 2 + (1 - score / 100) * (height - 4);
  let line = '';
  let last = null;
  let first = null;
  scores.forEach((score, at) => {
    if (score === null) return;
    line += `${last === null ? 'M' : 'L'}${x(at).toFixed(1)} ${y(score).toFixed(1)}`;
    first ??= at;
    last = at;
  });
  const path = (d, kind) => {
    const made = document.createElementNS(SVG, 'path');
    made.setAttribute('d', d);
    if (kind) made.setAttribute('class', kind);
    svg.append(made);
  };
  if (last > first) path(`${line}L${x(last).toFixed(1)} ${height}L${x(first).toFixed(1)} ${height}Z`, 'area');
  path(line);
  const end = document.createElementNS(SVG, 'circle');
  end.setAttribute('cx', x(last));
  end.setAttribute('cy', y(scores[last]));
  end.setAttribute('r', 2);
  svg.append(end);
  return svg;
}
