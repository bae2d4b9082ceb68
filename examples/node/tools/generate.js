// Writes the wrapper's types, checks and conversions from the WIT: a file for each interface, and `api.ts` for all.
import { camel, inOrder, pascal, resolve } from './wit.js';

/** @typedef {import('./wit.js').Ty} Ty @typedef {import('./wit.js').Interface} Interface @typedef {import('./wit.js').TypeDef} TypeDef @typedef {import('./wit.js').Member} Member @typedef {import('./wit.js').Func} Func */

const HEAD = '// Made from the WIT by `npm run generate`. Change the WIT, or tools/generate.js.\n';
/** How numbers and texts are called in TypeScript, and which check of src/checks.ts they need. */
const PLAIN = new Map([['string', 'string'], ['bool', 'boolean'], ...['u8', 'u16', 'u32', 's32', 'u64', 's64'].map((name) => /** @type {[string, string]} */ ([name, 'number']))]);
const CHECK = new Map([['string', 'text'], ['bool', 'flag']]);
const RESERVED = new Set(['default', 'delete', 'export', 'function', 'import', 'in', 'new', 'package', 'return', 'switch', 'this', 'with']);

/** The files, by name. @param {Map<string, Interface>} all @returns {Map<string, string>} */
export function generate(all) {
  /** @type {Map<string, string>} */
  const files = new Map();
  for (const item of all.values()) files.set(`${item.name}.ts`, new Writer(all, item).file());
  files.set('api.ts', api([...all.values()]));
  return files;
}

class Writer {
  /** @param {Map<string, Interface>} all @param {Interface} item */
  constructor(all, item) {
    this.all = all;
    this.item = item;
    this.taken = typesOf(all, (func) => func.params.map((param) => param.ty));
    this.given = typesOf(all, (func) => [func.result]);
  }

  file() {
    const { item } = this;
    const froms = [...new Set(item.uses.values())];
    const defs = [...item.types.values()].filter((def) => !isError(item.name, def.name));
    const parts = defs.map((def) => this.type(def));
    for (const def of defs) {
      const name = `${item.name}/${def.name}`;
      if (this.taken.has(name)) parts.push(this.lower(def));
      if (this.given.has(name) && this.changes({ kind: 'name', name: def.name }, item.name)) parts.push(this.lift(def));
    }
    if (item.funcs.length > 0) parts.push(this.functions());
    const imports = [
      "import * as c from '../src/checks.js';",
      "import type { ClientdeskError } from '../src/errors.js';",
      "import { errorOf } from '../src/errors.js';",
      `import type * as raw from './component/interfaces/clientdesk-core-${item.name}.js';`,
      "import type { Run } from '../src/run.js';",
      "import type { WithoutCall } from '../src/run.js';",
      ...froms.map((from) => `import * as ${camel(from)} from './${from}.js';`),
    ];
    const body = parts.filter(Boolean).join('\n');
    const needed = imports.filter((line) => {
      const names = /import (?:type )?(?:\* as (\w+)|\{ ([\w, ]+) \})/.exec(line);
      return (names?.[1] ?? names?.[2] ?? '').split(', ').some((name) => new RegExp(`\\b${name}\\b`).test(body));
    });
    return `${HEAD}${comment(item.docs, '', '@module')}${needed.join('\n')}\n\n${body}`;
  }

  /** What the type is called, from this file. @param {string} name @param {string} [before] */
  ref(name, before = '') {
    const from = this.item.uses.get(name);
    const found = from && resolve(this.all, this.item.name, name);
    const prefix = found ? `${camel(found.at)}.` : '';
    return `${prefix}${before}${pascal(name)}`;
  }

  /** @param {Ty | null} ty @returns {string} */
  ts(ty) {
    if (!ty) return 'void';
    if (ty.kind === 'list') return ty.of.kind === 'option' ? `(${this.ts(ty.of)})[]` : `${this.ts(ty.of)}[]`;
    if (ty.kind === 'option') return `${this.ts(ty.of)} | undefined`;
    if (ty.kind === 'result') return this.ts(ty.ok);
    if (this.isError(ty.name)) return 'ClientdeskError';
    return PLAIN.get(ty.name) ?? this.ref(ty.name);
  }

  /** @param {string} name */
  isError(name) {
    const found = resolve(this.all, this.item.name, name);
    return found !== null && isError(found.at, name);
  }

  /** @param {TypeDef} def */
  type(def) {
    const docs = comment(def.docs);
    const name = pascal(def.name);
    if (def.kind === 'alias') return `${docs}export type ${name} = ${def.name === 'timestamp' ? 'Date' : this.ts(def.to)};\n`;
    const members = def.members.map((member) => {
      const about = comment(member.docs, '  ');
      const { ty } = member;
      if (def.kind === 'enum') return `${about}  | '${member.name}'`;
      if (def.kind === 'variant') return `${about}  | { tag: '${member.name}'${ty ? `; val: ${this.ts(ty)}` : ''} }`;
      if (ty?.kind === 'option') return `${about}  ${camel(member.name)}?: ${this.ts(ty.of)};`;
      return `${about}  ${camel(member.name)}: ${this.ts(ty)};`;
    });
    if (def.kind === 'record') return `${docs}export interface ${name} {\n${members.join('\n')}\n}\n`;
    return `${docs}export type ${name} =\n${members.join('\n')};\n`;
  }

  /** Whether a value that the component gives differs from what the wrapper gives. @param {Ty | null} ty @param {string} at @returns {boolean} */
  changes(ty, at) {
    if (!ty) return false;
    if (ty.kind === 'list' || ty.kind === 'option') return this.changes(ty.of, at);
    if (ty.kind === 'result') return this.changes(ty.ok, at);
    if (ty.name === 'u64' || ty.name === 's64') return true;
    const found = resolve(this.all, at, ty.name);
    if (!found) return false;
    if (isError(found.at, ty.name)) return true;
    if (found.def.kind === 'alias') return this.changes(found.def.to, found.at);
    return found.def.members.some((member) => this.changes(member.ty, found.at));
  }

  /** An expression that checks `value` and makes it what the component takes. @param {Ty} ty @param {string} value @param {string} at @returns {string} */
  lowered(ty, value, at) {
    if (ty.kind === 'option') return `${value} == null ? undefined : ${this.lowered(ty.of, value, at)}`;
    if (ty.kind === 'list') return `c.list(${value}, ${at}, (item, at) => ${this.lowered(ty.of, 'item', 'at')})`;
    if (ty.kind === 'result') throw new Error('no argument has results');
    const found = resolve(this.all, this.item.name, ty.name);
    if (ty.name === 'timestamp') return `c.time(${value}, ${at})`;
    if (!found) return `c.${CHECK.get(ty.name) ?? ty.name}(${value}, ${at})`;
    if (found.def.kind === 'alias') return this.lowered(found.def.to, value, at);
    return `${this.ref(ty.name, 'lower')}(${value}, ${at})`;
  }

  /** @param {TypeDef} def */
  lower(def) {
    if (def.kind === 'alias') return '';
    const name = pascal(def.name);
    const head = `export function lower${name}(value: ${name}, at: string): raw.${name} {`;
    const names = def.members.map((member) => `'${def.kind === 'record' ? camel(member.name) : member.name}'`).join(', ');
    if (def.kind === 'enum') {
      return `const ${camel(def.name)}Names: readonly ${name}[] = [${names}];\n${head}\n  return c.oneOf(value, at, ${camel(def.name)}Names);\n}\n`;
    }
    const known = `const ${camel(def.name)}Names: ReadonlySet<string> = new Set([${names}]);\n`;
    if (def.kind === 'record') {
      const fields = def.members.map((member) => {
        const field = camel(member.name);
        return `    ${field}: ${this.lowered(/** @type {Ty} */ (member.ty), `value.${field}`, `at + '.${member.name}'`)},`;
      });
      return `${known}${head}\n  c.record(value, at, ${camel(def.name)}Names);\n  return {\n${fields.join('\n')}\n  };\n}\n`;
    }
    const cases = def.members.map((member) => {
      const tag = `tag: '${member.name}'`;
      const made = member.ty ? `{ ${tag}, val: ${this.lowered(member.ty, 'value.val', `at + '.${member.name}'`)} }` : `{ ${tag} }`;
      return `    case '${member.name}': return ${made};`;
    });
    return `${known}${head}\n  switch (value?.tag) {\n${cases.join('\n')}\n    default: return c.noCase(value, at, ${camel(def.name)}Names);\n  }\n}\n`;
  }

  /** An expression that makes of `value` what the wrapper gives. @param {Ty | null} ty @param {string} value @returns {string} */
  lifted(ty, value) {
    if (!ty || !this.changes(ty, this.item.name)) return value;
    if (ty.kind === 'result') return this.lifted(ty.ok, value);
    if (ty.kind === 'option') return `${value} === undefined ? undefined : ${this.lifted(ty.of, value)}`;
    if (ty.kind === 'list') return `c.all(${value}, (item) => ${this.lifted(ty.of, 'item')})`;
    if (ty.name === 'timestamp') return `c.date(${value})`;
    if (ty.name === 'u64' || ty.name === 's64') return `c.number(${value})`;
    if (this.isError(ty.name)) return `errorOf(${value})`;
    const found = resolve(this.all, this.item.name, ty.name);
    if (found?.def.kind === 'alias') return this.lifted(found.def.to, value);
    return `${this.ref(ty.name, 'lift')}(${value})`;
  }

  /** @param {TypeDef} def */
  lift(def) {
    if (def.kind === 'alias' || def.kind === 'enum') return '';
    const name = pascal(def.name);
    const head = `export function lift${name}(value: raw.${name}): ${name} {`;
    if (def.kind === 'record') {
      const fields = def.members.map((member) => `    ${camel(member.name)}: ${this.lifted(member.ty, `value.${camel(member.name)}`)},`);
      return `${head}\n  return {\n${fields.join('\n')}\n  };\n}\n`;
    }
    const cases = def.members.filter((member) => this.changes(member.ty, this.item.name));
    const made = cases.map((member) => `    case '${member.name}': return { tag: '${member.name}', val: ${this.lifted(member.ty, 'value.val')} };`);
    const rest = cases.length < def.members.length ? '    default: return value;\n' : '';
    return `${head}\n  switch (value.tag) {\n${made.join('\n')}\n${rest}  }\n}\n`;
  }

  functions() {
    const { item } = this;
    const name = pascal(item.name);
    const declared = item.funcs.map((func) => {
      const params = inOrder(func).map((param) => {
        const ty = /** @type {Ty} */ (param.ty);
        return ty.kind === 'option' ? `${word(param.name)}?: ${this.ts(ty.of)}` : `${word(param.name)}: ${this.ts(ty)}`;
      });
      return `${comment(func.docs, '  ')}  ${camel(func.name)}(${params.join(', ')}): ${this.ts(func.result)};`;
    });
    const made = item.funcs.map((func) => {
      const given = inOrder(func).map((param) => word(param.name));
      const lets = func.params.map((param) => `      const ${word(param.name)}_ = ${this.lowered(/** @type {Ty} */ (param.ty), word(param.name), `'${param.name}'`)};\n`);
      const passed = func.params.map((param) => `${word(param.name)}_`).join(', ');
      const call = `run((component) => component.${camel(item.name)}.${camel(func.name)}(${passed}))`;
      const plain = !this.changes(func.result, item.name);
      const back = plain ? `      return ${call};\n` : `      const answer = ${call};\n      return ${this.lifted(func.result, 'answer')};\n`;
      return `    ${camel(func.name)}(${given.join(', ')}) {\n${lets.join('')}${back}    },`;
    });
    const withCall = item.funcs.filter(takesCall).map((func) => `'${camel(func.name)}'`);
    const bound = withCall.length > 0 ? `/** The same for one caller: without the first argument. */\nexport type ${name}As = WithoutCall<Pick<${name}, ${withCall.join(' | ')}>>;\n` : '';
    return `${comment(item.docs)}export interface ${name} {\n${declared.join('\n')}\n}\n${bound}`
      + `\nexport function ${camel(item.name)}(run: Run): ${name} {\n  return {\n${made.join('\n')}\n  };\n}\n`;
  }
}

/** @param {Interface[]} interfaces */
function api(interfaces) {
  const withFuncs = interfaces.filter((item) => item.funcs.length > 0);
  const withCalls = withFuncs.filter((item) => item.funcs.some(takesCall));
  const lines = [
    HEAD,
    "import type { Run } from '../src/run.js';\n",
    ...interfaces.map((item) => `import * as ${camel(item.name)} from './${item.name}.js';\n`),
    `\nexport type { ${interfaces.map((item) => camel(item.name)).join(', ')} };\n`,
    '\n/** Every function of the component, by interface. */\nexport interface Functions {\n',
    ...withFuncs.map((item) => `${comment(item.docs, '  ')}  readonly ${camel(item.name)}: ${camel(item.name)}.${pascal(item.name)};\n`),
    '}\n\n/** The functions that somebody of an agency calls, without the argument that says who. */\nexport interface FunctionsAs {\n',
    ...withCalls.map((item) => `${comment(item.docs, '  ')}  readonly ${camel(item.name)}: ${camel(item.name)}.${pascal(item.name)}As;\n`),
    '}\n\nexport function functions(run: Run): Functions {\n  return {\n',
    ...withFuncs.map((item) => `    ${camel(item.name)}: ${camel(item.name)}.${camel(item.name)}(run),\n`),
    '  };\n}\n\nexport function functionsAs(all: Functions, call: types.Call): FunctionsAs {\n  return {\n',
  ];
  for (const item of withCalls) {
    lines.push(`    ${camel(item.name)}: {\n`);
    for (const func of item.funcs.filter(takesCall)) {
      const given = inOrder(func).slice(1).map((param) => word(param.name)).join(', ');
      lines.push(`      ${camel(func.name)}: (${given}) => all.${camel(item.name)}.${camel(func.name)}(call${given && ', '}${given}),\n`);
    }
    lines.push('    },\n');
  }
  lines.push('  };\n}\n');
  return lines.join('');
}

/** The types that arguments or answers are made of: `interface/type`. @param {Map<string, Interface>} all @param {(func: Func) => (Ty | null)[]} pick */
function typesOf(all, pick) {
  /** @type {Set<string>} */
  const found = new Set();
  /** @param {Ty | null} ty @param {string} at */
  function visit(ty, at) {
    if (!ty) return;
    if (ty.kind === 'result') return visit(ty.ok, at);
    if (ty.kind !== 'name') return visit(ty.of, at);
    const target = resolve(all, at, ty.name);
    if (!target || found.has(`${target.at}/${ty.name}`)) return;
    found.add(`${target.at}/${ty.name}`);
    if (target.def.kind === 'alias') visit(target.def.to, target.at);
    else target.def.members.forEach((member) => visit(member.ty, target.at));
  }
  for (const item of all.values()) for (const func of item.funcs) for (const ty of pick(func)) visit(ty, item.name);
  return found;
}

/** @param {Func} func */
const takesCall = (func) => func.params[0]?.ty?.kind === 'name' && func.params[0].ty.name === 'call';

/** @param {string} at @param {string} name */
const isError = (at, name) => at === 'types' && name === 'error';

/** @param {string} name */
function word(name) {
  const found = camel(name);
  return RESERVED.has(found) ? `${found}_` : found;
}

/** @param {string} docs @param {string} [indent] @param {string} [tag] */
function comment(docs, indent = '', tag = '') {
  if (!docs) return '';
  const lines = docs.replaceAll('*/', '*\\/').split('\n');
  if (tag) lines.unshift(tag);
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}
