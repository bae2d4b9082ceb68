// A call as people of each language write it.

import { resolve } from './functions.js';

const camel = (text) => text.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const snake = (text) => text.replaceAll('-', '_');
const pascal = (text) => text.replace(/(^|-)([a-z0-9])/g, (_, __, letter) => letter.toUpperCase());
const shell = (text) => (/^[\w.:/@=,+-]+$/.test(text) ? text : `'${text.replaceAll('\'', '\'\\\'\'')}'`);
const string = (text) => JSON.stringify(text);
/** Of a text, so that JavaScript and Python take it as well. */
const single = (text) => `'${String(text).replaceAll('\\', '\\\\').replaceAll('\'', '\\\'').replaceAll('\n', '\\n')}'`;

export const LANGUAGES = [['shell', 'Command line'], ['curl', 'curl'], ['rust', 'Rust'], ['node', 'Node'], ['python', 'Python']];

/** `it` is `{ fn, args, caller, types, origin }`: a function, its arguments by name, who calls, the named types. */
export const copyAs = (language, it) => ({ shell: commandLine, curl, rust, node, python }[language](it));

function commandLine({ fn, args, caller }) {
  const who = fn.called ? ` --agency ${shell(caller.agency)} --as ${shell(`${caller.actor.role}:${caller.actor.id}:${caller.actor.name}`)}` : '';
  const given = fn.params.filter((it) => args[it.name] !== undefined).map((it) => {
    const value = args[it.name];
    return shell(`${it.name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  });
  return `clientdesk call${who} ${fn.name}${given.length ? ` ${given.join(' ')}` : ''}`;
}

function curl({ fn, args, caller, origin }) {
  const body = { ...(fn.called ? { call: caller } : {}), ...args };
  return `curl ${origin}/v1/call/${fn.name} --json ${shell(JSON.stringify(body))}`;
}

function rust({ fn, args, caller }) {
  const params = [...fn.params];
  while (params.length && args[params.at(-1).name] === undefined) params.pop();
  const values = params.map((it) => (args[it.name] === undefined ? 'Value::Null' : `json!(${JSON.stringify(args[it.name])})`));
  const lines = fn.called ? [`let call = json!(${JSON.stringify(caller)});`] : [];
  const list = [...(fn.called ? ['call'] : []), ...values];
  const wide = list.join(', ').length > 70;
  lines.push(`let answer = host.call(${string(fn.name)}, &[${wide ? `\n    ${list.join(',\n    ')},\n` : list.join(', ')}])?;`);
  return lines.join('\n');
}

/** A value with its type's names, as one of the two languages writes it. */
function written(value, type, types, say) {
  const what = resolve(type, types);
  if (value === undefined || value === null) return say.none;
  switch (what.kind) {
    case 'record': return say.record(what, what.fields.filter((it) => value[it.name] !== undefined && value[it.name] !== null).map((it) => [it.name, written(value[it.name], it.type, types, say)]));
    case 'list': return `[${value.map((it) => written(it, what.of, types, say)).join(', ')}]`;
    case 'variant': {
      const key = typeof value === 'string' ? value : Object.keys(value)[0];
      const of = what.cases.find((it) => it.key === key);
      return say.variant(what, key, of?.type ? written(value[key], of.type, types, say) : null);
    }
    case 'enum': return say.enum(what, value);
    case 'time': return say.time(value);
    case 'flag': return say.flag(value);
    case 'number': return String(value);
    default: return say.text(value);
  }
}

function node({ fn, args, caller, types }) {
  const say = {
    none: 'undefined',
    record: (_, list) => (list.length ? `{ ${list.map(([name, value]) => `${camel(name)}: ${value}`).join(', ')} }` : '{}'),
    variant: (_, key, value) => `{ tag: ${single(key)}${value === null ? '' : `, val: ${value}`} }`,
    enum: (_, value) => single(value), time: (value) => `new Date(${single(value)})`, flag: String, text: single,
  };
  const [first, name] = fn.name.split('.');
  const params = [...fn.params.filter((it) => it.required), ...fn.params.filter((it) => !it.required)];
  while (params.length && args[params.at(-1).name] === undefined) params.pop();
  const list = params.map((it) => written(args[it.name], it.type, types, say)).join(', ');
  const { id, name: called, role } = caller.actor;
  const who = `const ${id} = clientdesk.as({ agency: ${single(caller.agency)}, actor: { id: ${single(id)}, name: ${single(called)}, role: ${single(role)} } });\n`;
  return `${fn.called ? who : ''}const answer = ${fn.called ? id : 'clientdesk'}.${camel(first)}.${camel(name)}(${list});`;
}

function python({ fn, args, caller, types }) {
  const used = new Set();
  const home = (what) => { const [module] = what.name?.split('.') ?? []; if (module) used.add(snake(module)); return snake(module ?? ''); };
  const classOf = (what) => `${home(what)}.${pascal(what.name?.split('.')[1] ?? '')}`;
  const say = {
    none: 'None',
    record: (what, list) => `${classOf(what)}(${list.map(([name, value]) => `${snake(name)}=${value}`).join(', ')})`,
    variant: (what, key, value) => `${classOf(what)}${pascal(key)}(${value ?? ''})`,
    enum: (what, value) => `${classOf(what)}.${snake(value).toUpperCase()}`,
    time: (value) => `datetime.fromisoformat(${single(value)})`, flag: (value) => (value ? 'True' : 'False'), text: single,
  };
  const [first, name] = fn.name.split('.');
  const list = fn.params.filter((it) => args[it.name] !== undefined).map((it) => `${snake(it.name)}=${written(args[it.name], it.type, types, say)}`);
  const { id, name: called, role } = caller.actor;
  const call = `answer = desk.${snake(first)}.${snake(name)}(${[...(fn.called ? [id] : []), ...list].join(', ')})`;
  const lines = [];
  if (fn.called) lines.push('from clientdesk import Call, Operator, Role');
  if (used.size) lines.push(`from clientdesk.wit import ${[...used].sort().join(', ')}`);
  if (call.includes('datetime.')) lines.unshift('from datetime import datetime');
  if (lines.length) lines.push('');
  if (fn.called) lines.push(`${id} = Call(agency=${single(caller.agency)}, actor=Operator(${single(id)}, ${single(called)}, Role.${role.toUpperCase()}))`);
  return [...lines, call].join('\n');
}
