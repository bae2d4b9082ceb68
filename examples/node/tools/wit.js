// Reads the part of WIT that the contract is written in: interfaces with their types and functions.

/**
 * @typedef {{ kind: 'name', name: string } | { kind: 'list', of: Ty } | { kind: 'option', of: Ty }
 *   | { kind: 'result', ok: Ty | null, err: Ty | null }} Ty
 * @typedef {{ name: string, docs: string, ty: Ty | null }} Member  a field, a case or an argument
 * @typedef {{ kind: 'record' | 'variant' | 'enum', name: string, docs: string, members: Member[] }
 *   | { kind: 'alias', name: string, docs: string, to: Ty }} TypeDef
 * @typedef {{ name: string, docs: string, params: Member[], result: Ty | null }} Func
 * @typedef {{ name: string, docs: string, uses: Map<string, string>, types: Map<string, TypeDef>, funcs: Func[] }} Interface
 */

const TOKEN = /\s*(?:(\/\/\/[^\n]*)|(\/\/[^\n]*)|(->)|(%?[A-Za-z_][A-Za-z0-9_-]*)|([{}()<>:;,=.@/]|\d+))/y;

/** The interfaces of a text, by name. @param {string} text @returns {Map<string, Interface>} */
export function read(text) {
  const tokens = tokensOf(text);
  let place = 0;
  let docs = '';

  const peek = () => tokens[place] ?? '';
  function next() {
    const token = tokens[place++];
    if (token === undefined) throw new Error('the WIT ends too early');
    return token;
  }
  /** @param {string} token */
  function expect(token) {
    const found = next();
    if (found !== token) throw new Error(`\`${token}\` was expected, and \`${found}\` found, behind \`${tokens.slice(place - 8, place - 1).join(' ')}\``);
  }
  const name = () => next().replace(/^%/, '');
  /** Takes the comments that stand here. */
  function comments() {
    const lines = [];
    while (peek().startsWith('///')) lines.push(next().replace(/^\/\/\/ ?/, ''));
    docs = lines.join('\n').trim();
    return docs;
  }
  /** @returns {Ty} */
  function type() {
    const word = name();
    if (word === 'list' || word === 'option') {
      expect('<');
      const of = type();
      expect('>');
      return { kind: word, of };
    }
    if (word === 'result') {
      /** @type {Ty | null} */ let ok = null;
      /** @type {Ty | null} */ let err = null;
      if (peek() === '<') {
        expect('<');
        if (peek() === '_') next();
        else ok = type();
        if (peek() === ',') {
          next();
          err = type();
        }
        expect('>');
      }
      return { kind: 'result', ok, err };
    }
    return { kind: 'name', name: word };
  }
  /** Members between braces or parentheses. @param {string} end @param {string} opens @param {string} closes @returns {Member[]} */
  function members(end, opens, closes) {
    const found = [];
    while (comments(), peek() !== end) {
      const member = { name: '', docs, ty: /** @type {Ty | null} */ (null) };
      member.name = name();
      if (peek() === opens) {
        next();
        member.ty = type();
        if (closes) expect(closes);
      }
      if (peek() === ',') next();
      found.push(member);
    }
    expect(end);
    return found;
  }
  /** @param {string} docs @returns {Interface} */
  function readInterface(docs) {
    /** @type {Interface} */
    const found = { name: name(), docs, uses: new Map(), types: new Map(), funcs: [] };
    expect('{');
    while (comments(), peek() !== '}') item(found);
    expect('}');
    return found;
  }
  /** @param {Interface} into */
  function item(into) {
    const about = docs;
    const isName = tokens[place]?.startsWith('%') || tokens[place + 1] === ':';
    const word = name();
    if (!isName && word === 'use') {
      const from = name();
      expect('.');
      expect('{');
      for (const used of members('}', '', '')) into.uses.set(used.name, from);
      expect(';');
    } else if (!isName && word === 'type') {
      const alias = name();
      expect('=');
      into.types.set(alias, { kind: 'alias', name: alias, docs: about, to: type() });
      expect(';');
    } else if (!isName && (word === 'record' || word === 'variant' || word === 'enum')) {
      const called = name();
      expect('{');
      const found = word === 'record' ? members('}', ':', '') : members('}', '(', ')');
      into.types.set(called, { kind: word, name: called, docs: about, members: found });
    } else {
      expect(':');
      expect('func');
      expect('(');
      const params = members(')', ':', '');
      let result = null;
      if (peek() === '->') {
        next();
        result = type();
      }
      expect(';');
      into.funcs.push({ name: word, docs: about, params, result });
    }
  }

  const found = [];
  while (place < tokens.length) {
    comments();
    if (place >= tokens.length) break;
    const word = next();
    if (word === 'interface') found.push(readInterface(docs));
    else if (word === 'world') while (next() !== '}');
    else while (next() !== ';');
  }
  return new Map(found.map((item) => [item.name, item]));
}

/** @param {string} text */
function tokensOf(text) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new Error(`unreadable WIT: \`${text.slice(from, from + 40).trim()}\``);
    if (!match[2]) tokens.push(match[0].trim());
  }
  return tokens;
}

/** The interface that declares a type, and the type. @param {Map<string, Interface>} all @param {string} at @param {string} name @returns {{ at: string, def: TypeDef } | null} */
export function resolve(all, at, name) {
  const here = all.get(at);
  if (!here) throw new Error(`no interface \`${at}\``);
  const def = here.types.get(name);
  if (def) return { at, def };
  const from = here.uses.get(name);
  return from ? resolve(all, from, name) : null;
}

/** `access-ends-at` as `accessEndsAt`. @param {string} name */
export const camel = (name) => name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());

/** `email-invite` as `EmailInvite`. @param {string} name */
export const pascal = (name) => camel(`-${name}`);

/** A function's arguments in the order in which the wrapper takes them: optional ones last. @param {Func} func */
export const inOrder = (func) => [
  ...func.params.filter((param) => param.ty?.kind !== 'option'),
  ...func.params.filter((param) => param.ty?.kind === 'option'),
];
