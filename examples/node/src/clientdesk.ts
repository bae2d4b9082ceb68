// The component, ready to be called: `open` it once, and call its functions by interface.
import type { Functions, FunctionsAs } from '../generated/api.js';
import { functions, functionsAs } from '../generated/api.js';
import type { Root } from '../generated/component/clientdesk.js';
import { instantiate } from '../generated/component/clientdesk.js';
import type { Error as RawError } from '../generated/component/interfaces/clientdesk-core-types.js';
import type { Call } from '../generated/types.js';
import { errorOf } from './errors.js';
import type { Host } from './ports.js';
import { imports } from './ports.js';

/** The component's core modules, compiled: once for any number of hosts. */
export type Modules = ReadonlyMap<string, WebAssembly.Module>;

const NAMES = ['clientdesk.core.wasm', 'clientdesk.core2.wasm', 'clientdesk.core3.wasm'];

/** Compiles what `read` gives for each file of the component. */
export async function compile(read: (file: string) => Promise<BufferSource>): Promise<Modules> {
  const compiled = NAMES.map(async (name) => [name, await WebAssembly.compile(await read(name))] as const);
  return new Map(await Promise.all(compiled));
}

/** All functions of the component on one host. They are synchronous: each is one atomic command, or one answer. */
export interface Clientdesk extends Functions {
  /** The functions that an agency's staff call, for one caller: without their first argument. */
  as(call: Call): FunctionsAs;
  /** Takes a new instance for the next call. Nothing is lost: the component keeps nothing between calls. */
  renew(): void;
}

/** The component on a host. */
export function open(modules: Modules, host: Host): Clientdesk {
  const given = imports(host);
  let instance: Root | undefined;

  function start(): Root {
    const module = (name: string): WebAssembly.Module => {
      const found = modules.get(name);
      if (!found) throw new Error(`the component has a part \`${name}\` that wasn't compiled`);
      return found;
    };
    instance = instantiate(module, given);
    return instance;
  }

  function run<T>(call: (component: Root) => T): T {
    try {
      return call(instance ?? start());
    } catch (error) {
      if (isRefusal(error)) throw errorOf(error.payload);
      // A trap, or something that the host threw: what the instance was doing is left half done.
      instance = undefined;
      throw error;
    }
  }

  const all = functions(run);
  return { ...all, as: (call) => functionsAs(all, call), renew: () => void (instance = undefined) };
}

/** Whether this is the component's answer, and not a fault: jco gives it as the `payload` of an error. */
function isRefusal(error: unknown): error is { payload: RawError } {
  return error instanceof Error && 'payload' in error;
}
