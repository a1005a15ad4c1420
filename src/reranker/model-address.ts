import { CaseMatcherError } from '../errors.ts';
import { DTYPE_SUFFIXES, type ExportedDtype } from '../weights/exported-dtypes.ts';

/** Where exports are looked for by name, and which of their graphs is taken. */
export interface ExportedOptions {
  /** Server of the repositories; default `https://huggingface.co/`. */
  readonly host?: string | URL;
  /** Folder of a model on the host, with `{model}` and perhaps `{revision}`; default `{model}/resolve/{revision}/`. */
  readonly pathTemplate?: string;
  /** Branch, tag or commit; default `main`. */
  readonly revision?: string;
  /** Which `onnx/model*.onnx`; default the first that is there of q8, q4, fp32 on WASM, and of q4, fp32 on WebGPU. */
  readonly dtype?: ExportedDtype;
}

/** Where a model's files lie. */
export interface ModelAddress {
  /** Absolute. */
  readonly url: string;
  /** Of an export that was named as `org/name`. */
  readonly id?: string;
}

const REPOSITORY = /^\w[\w.-]*\/\w[\w.-]*$/;

/**
 * The address that `model` stands for: `org/name` (and nothing around it) names an export on a host, everything else
 * is a URL, relative to the page. Throws `invalid-input`.
 */
export function modelAddress(model: string | URL, options: ExportedOptions = {}): ModelAddress {
  const { host = 'https://huggingface.co/', pathTemplate = '{model}/resolve/{revision}/' } = options;
  const { revision = 'main', dtype } = options;
  if (dtype !== undefined && !(dtype in DTYPE_SUFFIXES)) {
    throw invalid('exported.dtype', Object.keys(DTYPE_SUFFIXES).join(', '));
  }
  if (typeof model !== 'string' || !REPOSITORY.test(model)) return { url: absolute(model, 'model') };
  if (!pathTemplate.includes('{model}')) throw invalid('exported.pathTemplate', 'a path with {model}');
  const path = pathTemplate
    .replace('{model}', () => model)
    .replace('{revision}', () => encodeURIComponent(revision));
  const base = absolute(`${String(host).replace(/\/+$/, '')}/`, 'exported.host');
  return { url: new URL(`./${path.replace(/^\/+|\/+$/g, '')}/`, base).href, id: model };
}

function absolute(address: string | URL, field: string): string {
  try {
    return new URL(address, globalThis.document?.baseURI ?? globalThis.location?.href).href;
  } catch (cause) {
    throw invalid(field, 'a URL', cause);
  }
}

function invalid(field: string, reason: string, cause?: unknown): CaseMatcherError {
  return new CaseMatcherError('invalid-input', { field, reason }, { cause });
}
