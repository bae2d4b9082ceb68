// The contract's functions: names, parameters in order, types and words, from the OpenAPI document of the WIT.

import { bench, document_ } from './api.js';

let loaded = null;

/** All functions by name, and the named types. */
export function contract() {
  loaded ??= Promise.all([document_(), bench.get('functions')]).then(([document, order]) => {
    const functions = new Map();
    for (const [path, methods] of Object.entries(document.paths)) {
      const name = path.match(/^\/v1\/call\/(.+)$/)?.[1];
      if (!name) continue;
      const schema = methods.post.requestBody?.content['application/json'].schema ?? { properties: {} };
      const required = schema.required ?? [];
      functions.set(name, {
        name,
        words: methods.post.description ?? methods.post.summary ?? '',
        called: Boolean(schema.properties.call),
        params: (order[name] ?? Object.keys(schema.properties)).filter((it) => it !== 'call').map((it) => ({ name: it, type: schema.properties[it] ?? {}, required: required.includes(it) })),
      });
    }
    return { functions, types: document.components.schemas };
  }).catch((error) => { loaded = null; throw error; });
  return loaded;
}

/** A type with names followed: what it is, whether it may be left out, and what it is called. */
export function resolve(type, types, name = null) {
  if (type.$ref) {
    const named = type.$ref.split('/').at(-1);
    return { ...resolve(types[named] ?? {}, types, named), words: type.description ?? types[named]?.description };
  }
  if (type.anyOf?.some((it) => it.type === 'null')) {
    const inner = resolve(type.anyOf.find((it) => it.type !== 'null'), types);
    return { ...inner, optional: true, words: type.description ?? inner.words };
  }
  const words = type.description;
  const kinds = [type.type].flat();
  const optional = kinds.includes('null');
  if (type.format === 'date-time') return { kind: 'time', name, words, optional };
  if (type.enum) return { kind: 'enum', cases: type.enum, name, words, optional };
  if (type.oneOf) {
    const cases = type.oneOf.map((it) => ('const' in it ? { key: it.const, words: it.description } : { key: it.required[0], type: it.properties[it.required[0]], words: it.description }));
    return { kind: 'variant', cases, name, words, optional };
  }
  if (kinds.includes('object')) {
    const fields = Object.entries(type.properties ?? {}).map(([key, value]) => ({ name: key, type: value, required: (type.required ?? []).includes(key) }));
    return { kind: 'record', fields, name, words, optional };
  }
  if (kinds.includes('array')) return { kind: 'list', of: type.items ?? {}, name, words, optional };
  if (kinds.includes('boolean')) return { kind: 'flag', name, words, optional };
  if (kinds.includes('integer')) return { kind: 'number', name, words, optional };
  return { kind: 'text', name, words, optional };
}
