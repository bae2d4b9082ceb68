// Screen 2: the portal in a frame, phone or desktop, beside its branding and the calls that each click makes.

import { fill, h, icon } from './dom.js';
import { state } from './state.js';
import { as, bench, call } from './api.js';
import { arriving, left } from './acting.js';
import { button, empty, field, iconButton, toast, told, wrong } from './ui.js';
import { clock, number } from './format.js';
import { origin, pathOf, placeOf, reach } from './transport.js';

const INK = '#111827';

/** WCAG's contrast of two colours such as `#rrggbb`. */
export function contrast(one, other) {
  const light = (color) => {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255).map((it) => (it <= 0.03928 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const isColor = (text) => /^#[0-9a-f]{6}$/i.test(text);

/** What is hard to read with these colours, in sentences. */
export function warnings(accent, background) {
  if (!isColor(accent) || !isColor(background)) return [];
  const said = [];
  const on = Math.max(contrast(accent, '#ffffff'), contrast(accent, INK));
  const link = contrast(accent, background);
  const ratio = (value) => `${value.toFixed(1)} : 1`;
  if (on < 4.5) said.push(`Text on the accent colour reads at ${ratio(on)}; it needs 4.5.`);
  if (link < 3) said.push(`The accent colour hardly stands out from the background (${ratio(link)}; links need 4.5): pages darken or lighten it until it can be read.`);
  else if (link < 4.5) said.push(`Links in the accent colour read at ${ratio(link)} on this background; they need 4.5: pages darken or lighten them a little.`);
  return said;
}

export function portal(place) {
  const agency = state.get('agency');
  const base = `/portal/${agency}`;
  let wide = state.get('as') !== 'phone';
  let last = 0;
  let address = '';
  const frame = h('iframe.portal-frame', { title: 'The agency’s portal' });
  const stage = h('div.portal-stage');
  const where = h('code.clip.grow.muted');
  const calls = h('ol.calls');
  const brand = h('section.card');
  const devices = h('div.group', { role: 'group', 'aria-label': 'Size' });
  fill(place,
    h('div.page-head', {}, h('h1', {}, 'Portal'), h('div.tools', {}, devices)),
    h('div.portal-split', {},
      h('section.card.portal-box', {}, h('div.card-head', {}, iconButton('The first page', 'portal', () => go(base), { kind: 'plain small-b' }), iconButton('Load again', 'back', () => frame.contentWindow?.location.reload(), { kind: 'plain small-b' }), where,
        button('Open in a tab', () => window.open(frame.contentWindow?.location.href ?? placeOf(base), '_blank', 'noopener'), { kind: 'small-b plain' })), stage),
      h('div.stack.l', {}, brand, h('section.card', {}, h('div.card-head', {}, h('h2', {}, 'What clicks call')), calls))));

  /** The page of the service that a mail's link leads to. */
  async function local(link) {
    const begins = arriving(agency, base);
    if (begins) return begins;
    if (!link) return base;
    if (link.startsWith('/')) return link;
    const { 'portal-address': home } = await call('agencies.get', { id: agency });
    if (link.startsWith(home)) return `${base}${link.slice(home.replace(/\/$/, '').length)}`;
    const url = new URL(link);
    return url.origin === origin ? `${url.pathname}${url.search}` : base;
  }

  function go(to) { address = to; frame.src = placeOf(to); }

  async function open() {
    drawDevices();
    const to = await local(state.get('at')).catch(() => base);
    const found = await reach(base, { method: 'GET', cache: 'no-store', redirect: 'manual' }).catch(() => null);
    if (!found || found.status === 404) {
      fill(stage, empty('portal', 'This service has no portal pages', 'Start it with its portal, and the pages that mails link to are shown here.'));
      return;
    }
    fill(stage, frame);
    if (to !== address) go(to);
  }

  function drawDevices() {
    fill(devices, [['Desktop', 'desktop', true], ['Phone', 'phone', false]].map(([label, ico, on]) =>
      button(label, () => state.set({ as: on ? null : 'phone' }, { quietly: true }), { ico, 'aria-pressed': wide === on ? 'true' : 'false', 'data-key': label })));
    stage.className = `portal-stage ${wide ? 'wide' : 'phone'}`;
  }

  frame.addEventListener('load', () => {
    let path = '';
    try {
      const { pathname, search } = frame.contentWindow.location;
      if (pathname.endsWith('/left.html')) {
        const given = new URLSearchParams(search);
        left(given.get('account'), given.get('name'));
        return;
      }
    } catch { /* Elsewhere. */ }
    // A token in an address isn't shown.
    try { path = pathOf(frame).replace(/\/(invite|reset-password|confirm-email|on-behalf)\/[\w-]{8,}/, '/$1/…'); } catch { /* Elsewhere. */ }
    where.textContent = path;
    heard();
  });

  async function heard() {
    try {
      const { calls: found } = await bench.get('calls', { after: last });
      if (!found.length) { if (!last) fill(calls, h('li', {}, h('p.muted.small', {}, 'Click in the portal: each call that it makes stands here.'))); return; }
      const first = !last;
      last = found.at(-1).number;
      const portals = found.filter((it) => it.function.startsWith('portal.'));
      if (first) fill(calls, portals.length ? null : h('li', {}, h('p.muted.small', {}, 'Click in the portal: each call that it makes stands here.')));
      if (portals.length && calls.querySelector('p')) fill(calls);
      for (const one of portals.slice(-60)) calls.prepend(line(one));
    } catch { /* The next look says more. */ }
  }

  /** Secrets that let people in are for the log of nobody. */
  const hidden = (args) => JSON.stringify(args, (key, value) => (['session', 'token', 'password', 'current'].includes(key) && typeof value === 'string' ? '…' : value), 2);

  const line = (one) => h('li', {}, h('details', {},
    h('summary', {}, h('span.dot', { class: one.error ? 'red' : one.wrote ? 'green' : '' }), h('code.grow.clip', {}, one.function), one.wrote && h('span.tag', {}, 'wrote'), h('span.muted.tiny.num', {}, `${number(one.micros)} µs`), h('span.muted.tiny.num', {}, clock(one.at))),
    h('pre.code', { tabindex: 0 }, hidden({ arguments: one.arguments, ...(one.error ? { error: one.error } : { answer: one.answer }) }))));

  async function branding() {
    let settings;
    try { settings = await as('agencies.settings'); } catch (error) { fill(brand, h('p.note.bad', {}, told(error))); return; }
    const now = settings.branding;
    const may = state.get('role') === 'owner';
    const warn = h('div.stack', { role: 'status' });
    const problem = h('p.note.bad', { hidden: true, role: 'alert' });
    const color = (name, label) => {
      const text = h('input.input', { name, value: now[name], spellcheck: 'false', maxlength: 7, disabled: !may, oninput: () => { if (isColor(text.value)) pick.value = text.value; check(); } });
      const pick = h('input.pick-color', { type: 'color', value: isColor(now[name]) ? now[name] : '#000000', 'aria-label': `${label}, chosen`, disabled: !may, oninput: () => { text.value = pick.value; check(); } });
      const made = field(label, text);
      made.append(pick);
      made.classList.add('color-field');
      return [made, text];
    };
    const [accentField, accent] = color('accent-color', 'Accent');
    const [groundField, ground] = color('background-color', 'Background');
    const text = (name, label, hint, type = 'text') => field(label, h(type === 'area' ? 'textarea.input' : 'input.input', { name, disabled: !may, autocomplete: 'off', value: now[name] ?? '' }), { hint });
    function check() {
      const sample = h('div.sample', { style: isColor(accent.value) && isColor(ground.value) ? { background: ground.value, color: contrast(ground.value, '#ffffff') >= 4.5 ? '#ffffff' : INK } : {} },
        h('span', {}, 'Welcome'), h('span.sample-button', { style: isColor(accent.value) ? { background: accent.value, color: contrast(accent.value, '#ffffff') >= 4.5 ? '#ffffff' : INK } : {} }, 'Sign up'));
      const list = warnings(accent.value, ground.value);
      fill(warn, sample, list.map((it) => h('p.note.warn', {}, icon('warn'), h('span', {}, it))), !list.length && isColor(accent.value) && isColor(ground.value) && h('p.note.good', {}, icon('check'), h('span', {}, 'Everything can be read.')));
    }
    const save = async (event) => {
      event.preventDefault();
      const fields = event.target.elements;
      const optional = (name) => fields[name].value.trim() || null;
      try {
        await as('agencies.update', { changes: { branding: {
          'portal-name': optional('portal-name'), 'logo-address': optional('logo-address'), 'accent-color': accent.value, 'background-color': ground.value,
          'support-email': optional('support-email'), 'welcome-message': optional('welcome-message'),
        } } });
        problem.hidden = true;
        wrong(event.target, null);
        toast('Saved: pages and mails have it from here on');
        frame.contentWindow?.location.reload();
      } catch (error) {
        problem.hidden = wrong(event.target, error);
        problem.textContent = told(error);
      }
    };
    fill(brand, h('div.card-head', {}, h('h2', {}, 'Branding'), !may && h('span.muted.tiny', {}, 'An owner changes it')),
      h('form.pad-box.stack.m', { onsubmit: save, novalidate: true },
        text('portal-name', 'Portal name'), h('div.pair', {}, accentField, groundField), warn,
        text('logo-address', 'Logo', 'A web address that begins with https://'), text('support-email', 'Support e-mail'), text('welcome-message', 'Welcome message', null, 'area'), problem,
        may && h('div', {}, h('button.button.main-act', { type: 'submit' }, 'Save'))));
    check();
  }

  open();
  branding();
  heard();
  const every = setInterval(heard, 2000);
  return {
    changed() { wide = state.get('as') !== 'phone'; open(); },
    refresh: heard,
    leave() { clearInterval(every); },
  };
}
