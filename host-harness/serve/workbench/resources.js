// Fields for what somebody may use: dashboards, users, API calls, features.

import { h } from './dom.js';
import { caseOf, number, payloadOf } from './format.js';
import { field } from './ui.js';

export const RESOURCES = [['dashboards', 'Dashboards'], ['users', 'Users'], ['api-calls', 'API calls a day']];
export const FEATURES = [
  ['download-reports', 'Download reports'], ['email-reports', 'Reports by e-mail'], ['embedded-links', 'Embedded links'],
  ['private-links', 'Private links'], ['public-links', 'Public links'], ['single-sign-on', 'Single sign-on'],
];

/** Three numbers; an empty one is as many as one likes. */
export const resourceFields = (now = {}) => h('div.trio', {}, RESOURCES.map(([key, label]) =>
  field(label, h('input.input', { name: key, type: 'number', min: 0, step: 1, inputmode: 'numeric', placeholder: 'Any number', value: now[key] && caseOf(now[key]) !== 'unlimited' ? payloadOf(now[key]) : '' }))));

export const readResources = (form) => Object.fromEntries(RESOURCES.map(([key]) => {
  const { value } = form.elements[key];
  return [key, value === '' ? 'unlimited' : { 'at-most': Number(value) }];
}));

export const featureChecks = (now = []) => h('div.pick', { role: 'group', 'aria-label': 'Features' }, FEATURES.map(([key, label]) =>
  h('label.chip', {}, h('input', { type: 'checkbox', name: 'feature', value: key, checked: now.includes(key) }), label)));

export const readFeatures = (form) => [...form.querySelectorAll('input[name="feature"]:checked')].map((it) => it.value);

export const featureName = (key) => FEATURES.find(([it]) => it === key)?.[1] ?? key;

/** `5 dashboards, 10 users`; what there is none of isn't said. */
export const saidResources = (resources) => RESOURCES.filter(([key]) => caseOf(resources[key]) === 'unlimited' || payloadOf(resources[key]) > 0)
  .map(([key, label]) => (caseOf(resources[key]) === 'unlimited' ? `any number of ${label === 'API calls a day' ? label : label.toLowerCase()}` : `${number(payloadOf(resources[key]))} ${label === 'API calls a day' ? label : label.toLowerCase()}`)).join(', ') || 'nothing';
