// The colours of a portal by day and by night, made of the two that an agency chose: as the service's pages have them.

const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];
const INK = [0x11, 0x18, 0x27];
const STEPS = 32;

const parse = (text, otherwise) => (/^#[0-9a-f]{6}$/i.test(text ?? '') ? [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16)) : parse(otherwise));
const written = (color) => `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
const mixed = (from, to, step) => from.map((part, at) => Math.floor((part * (STEPS - step) + to[at] * step) / STEPS));

function luminance(color) {
  const [red, green, blue] = color.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

/** White, nearly black, or black: the first that can be read on a colour. */
const textOn = (ground) => [WHITE, INK].find((color) => contrast(color, ground) >= 4.5) ?? BLACK;

/** A colour where it has so much contrast on a ground, else as little darker or lighter as it takes. */
function readableOn(color, ground, least) {
  const far = contrast(ground, WHITE) < contrast(ground, BLACK) ? BLACK : WHITE;
  for (let step = 0; step <= STEPS; step += 1) if (contrast(mixed(color, far, step), ground) >= least) return mixed(color, far, step);
  return far;
}

const pressed = (button) => mixed(button, textOn(button) === WHITE ? BLACK : WHITE, 4);

function day(accent, ground) {
  const link = readableOn(accent, WHITE, 5.5);
  const chosen = mixed(WHITE, accent, 3);
  const onGround = textOn(ground);
  return {
    ground, 'on-ground': onGround, 'faint-on-ground': readableOn(mixed(onGround, ground, 10), ground, 4.6), card: WHITE, raised: '#f7f8fa', text: INK, faint: '#5b6472', line: '#e4e7ec', edge: '#848d9b',
    button: accent, 'on-button': textOn(accent), pressed: pressed(accent), link, chosen, 'on-chosen': readableOn(link, chosen, 5.5), bad: '#b42318', 'bad-ground': '#fef3f2', good: '#066b46', 'good-ground': '#ecfdf5',
  };
}

function night(accent) {
  const card = parse('#191c22');
  const button = readableOn(accent, card, 7);
  const chosen = mixed(card, button, 5);
  return {
    ground: '#0f1115', 'on-ground': '#e6e8ec', 'faint-on-ground': '#a3abb8', card, raised: '#21252d', text: '#e6e8ec', faint: '#a9b1bd', line: '#2f343e', edge: '#757d8a',
    button, 'on-button': textOn(button), pressed: pressed(button), link: button, chosen, 'on-chosen': readableOn(button, chosen, 5.5), bad: '#ffa198', 'bad-ground': '#3a1c1b', good: '#6ee0b2', 'good-ground': '#122e25',
  };
}

/** Puts an agency's colours on the page. */
export function paint({ 'accent-color': accent, 'background-color': background }) {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const draw = () => {
    const colors = dark.matches ? night(parse(accent, '#1f2937')) : day(parse(accent, '#1f2937'), parse(background, '#f3f4f6'));
    for (const [name, color] of Object.entries(colors)) document.documentElement.style.setProperty(`--${name}`, Array.isArray(color) ? written(color) : color);
  };
  dark.addEventListener('change', draw);
  draw();
}
