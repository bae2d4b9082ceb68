// Stands in for the service: answers what the page asks for, from the component in this browser.
import { compile } from '../../node/src/clientdesk.js';
import { Bench } from './bench.js';
import { Desk } from './desk.js';
import { follow } from './events.js';
import { calls, due, functions, scores, tamper } from './look.js';
import { list, say, show } from './outbox.js';
import { Refused } from './problem.js';
import { story } from './story/index.js';
import type { Fields, Json } from './values.js';
import { gives, readArguments, spellAnswer } from './values.js';
import { World } from './world.js';

/** The static folder. */
const FOLDER = new URL('../../../', import.meta.url);
const COMPONENT = new URL('../../node/generated/component/', import.meta.url);
/** Another folder on the same server has other rows. */
const NAME = `clientdesk-workbench ${FOLDER.pathname}`;
const JOBS_EVERY = 5_000;
const DEVELOPMENT = { id: 'development', name: 'Development', role: 'owner' };

let isElsewhere = false;
/** Why this browser keeps nothing any more, once it doesn't. */
let unkept: string | undefined;
let opened: Promise<{ desk: Desk; bench: Bench }> | undefined;

/** Rows in memory are one page's: the last that is opened has them, from where the one before stood. */
function takeOver(): Promise<void> {
  return new Promise((resolve) => {
    if (!navigator.locks) return resolve();
    navigator.locks.request(NAME, { steal: true }, () => {
      resolve();
      return new Promise(() => {}); // until the page is closed
    }).catch(() => { isElsewhere = true; });
    addEventListener('visibilitychange', () => { if (isElsewhere && !document.hidden) location.reload(); });
  });
}

async function start(): Promise<{ desk: Desk; bench: Bench }> {
  await takeOver();
  const bytes = async (file: string) => (await fetch(new URL(file, COMPONENT))).arrayBuffer();
  const [modules, world] = await Promise.all([compile(bytes), World.open(NAME, new URL('sample.json', FOLDER))]);
  world.rows.onFailure = (error) => { unkept = error?.message || 'it has no room'; };
  const desk = new Desk(modules, world);
  setInterval(() => {
    if (isElsewhere || document.hidden) return;
    try { desk.runJobs(); } catch (error) { if (!(error instanceof Refused)) throw error; }
    desk.tell();
  }, JOBS_EVERY);
  return { desk, bench: new Bench(desk) };
}

/** Forgets everything, and begins with the sample. */
export async function beginAnew(): Promise<void> {
  const { desk } = await (opened ??= start());
  isElsewhere = true;
  await desk.world.rows.delete();
  location.hash = '';
  location.reload();
}

/** Answers as the service would, as soon as the browser keeps what came of it. */
export async function reach(path: string, options: RequestInit = {}): Promise<Response> {
  try {
    const { desk, bench } = await (opened ??= start());
    if (isElsewhere) throw Refused.elsewhere();
    const answer = await answered(desk, bench, path, options);
    await desk.world.rows.settled();
    if (unkept !== undefined) throw Refused.failed(`this browser doesn’t keep what is done here any more (${unkept}): begin anew, or make room and load the page again`);
    return answer;
  } catch (error) {
    return (error instanceof Refused ? error : Refused.failed(`the workbench failed: ${error instanceof Error ? error.message : String(error)}`)).response();
  }
}

async function answered(desk: Desk, bench: Bench, path: string, options: RequestInit): Promise<Response> {
  const url = new URL(path, 'http://service');
  if (url.pathname === '/openapi.json') return await fetch(new URL('openapi.json', FOLDER));
  const query = (name: string) => url.searchParams.get(name) ?? '';
  if (url.pathname === '/v1/events') return follow(desk, query('agency'), Number(query('after')), options.signal);
  const body = typeof options.body === 'string' ? JSON.parse(options.body) : {};
  const name = url.pathname.match(/^\/v1\/call\/(.+)$/)?.[1];
  const place = url.pathname.match(/^\/workbench\/api\/(.+)$/)?.[1];
  if (name !== undefined) return called(desk, name, body);
  if (place === undefined) throw Refused.noSuchPlace('there is nothing at this address');
  const isPost = options.method === 'POST';
  const answer = isPost ? managed(desk, bench, place, body) : looked(desk, bench, place, query);
  if (isPost) desk.tell();
  return typeof answer === 'string' ? new Response(answer, { headers: { 'content-type': 'text/plain; charset=utf-8' } }) : Response.json(answer);
}

/** Any function of the contract. Without keys, whoever names nobody is the developer. */
function called(desk: Desk, name: string, given: Fields): Response {
  const { call, ...rest } = readArguments(name, given);
  const args = call === undefined ? rest : { call: { actor: DEVELOPMENT, ...call }, ...rest };
  const answer = desk.heard(name, args);
  desk.tell();
  return gives(name) ? Response.json(spellAnswer(name, answer)) : new Response(null, { status: 204 });
}

function looked(desk: Desk, bench: Bench, place: string, query: (name: string) => string): Json {
  const agency = query('agency');
  switch (place) {
    case 'state': return bench.state();
    case 'mails': return list(desk, agency);
    case 'due': return due(desk, agency);
    case 'scores': return scores(desk, agency, query('clients'));
    case 'calls': return calls(desk, Number(query('after')));
    case 'story': return story(desk, agency, Number(query('after')));
    case 'functions': return functions();
  }
  const [, , id] = place.match(/^mails\/([^/]+)\/([^/]+)$/) ?? [];
  if (id === undefined) throw Refused.noSuchPlace('the workbench has no such place');
  return show(desk, decodeURIComponent(id));
}

function managed(desk: Desk, bench: Bench, place: string, body: Json): Json {
  switch (place) {
    case 'clock': return bench.move(body);
    case 'faults': return bench.faults(body);
    case 'jobs': return bench.jobs();
    case 'rotate-key': return bench.rotate();
    case 'tamper': return tamper(desk, body.agency, body.number);
  }
  const [, agency, id] = place.match(/^mails\/([^/]+)\/([^/]+)$/) ?? [];
  if (agency === undefined || id === undefined) throw Refused.noSuchPlace('the workbench has no such place');
  return say(desk, decodeURIComponent(agency), decodeURIComponent(id), body);
}
