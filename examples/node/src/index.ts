// Clientdesk for JavaScript: `openClientdesk(host)` gives an object with every function of the component.
export * from '../generated/api.js';
export type { Call, FieldError, Operator } from '../generated/types.js';
export { compile, open } from './clientdesk.js';
export type { Clientdesk, Modules } from './clientdesk.js';
export * from './errors.js';
export { openClientdesk } from './node.js';
export { TooLargeError } from './ports.js';
export type { Check, Clock, Handover, Host, Key, Mail, Message, Outcome, Page, Row, Secrets, Storage, Write } from './ports.js';
