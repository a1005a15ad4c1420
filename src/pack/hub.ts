import { inputError } from './input-error.ts';
import type { Environment } from './proxy.ts';

/** Folder of a model's files on the host, in the form that transformers.js uses; the file's name follows. */
const HUGGING_FACE_PATH = '{model}/resolve/{revision}/';
const MODELSCOPE_PATH = 'models/{model}/resolve/{revision}/';

const HUGGING_FACE = 'https://huggingface.co';
const NAMED_HOSTS: Readonly<Record<string, string>> = {
  huggingface: HUGGING_FACE,
  'hf-mirror': 'https://hf-mirror.com',
  modelscope: 'https://modelscope.cn',
};

/** Where models are downloaded from. */
export interface Hub {
  /** Scheme, host and perhaps a path, without a slash at its end. */
  readonly url: string;
  readonly path: string;
  /** Which API lists a model's files. `none`: the files are asked for by their usual names. */
  readonly api: 'huggingface' | 'modelscope' | 'none';
  readonly defaultRevision: string;
}

export interface HubOptions {
  /** A URL, or one of the short names; else $HF_ENDPOINT, else Hugging Face. */
  readonly host?: string;
  /** The host's folder of a model: `{model}` and `{revision}` are filled in. Hugging Face's or ModelScope's by default. */
  readonly pathTemplate?: string;
}

/**
 * The host to download from. The path decides which API is asked for the list of files: Hugging Face's path, its API;
 * ModelScope's path, its API; any other path, none.
 *
 * @throws CaseMatcherError `invalid-input`
 */
export function chooseHub(options: HubOptions, environment: Environment): Hub {
  const host = options.host ?? (environment.HF_ENDPOINT || HUGGING_FACE);
  const url = parseHost(NAMED_HOSTS[host.toLowerCase()] ?? host);
  const path = options.pathTemplate ?? (isModelScope(url) ? MODELSCOPE_PATH : HUGGING_FACE_PATH);
  if (/^\/|\.\.|[?#]/.test(path) || !path.endsWith('/')) {
    throw inputError(
      '--path-template',
      'a path such as {model}/resolve/{revision}/, with a slash at its end alone',
    );
  }
  const api = path === HUGGING_FACE_PATH ? 'huggingface' : path === MODELSCOPE_PATH ? 'modelscope' : 'none';
  return {
    url: url.href.replace(/\/+$/, ''),
    path,
    api,
    defaultRevision: api === 'modelscope' ? 'master' : 'main',
  };
}

/**
 * $HF_TOKEN, and the one origin that may see it: Hugging Face's, or that of $HF_ENDPOINT. Other hosts, be they named by
 * `--host`, never do.
 */
export function hubToken(environment: Environment): { value: string; origin: string } | undefined {
  const value = environment.HF_TOKEN?.trim();
  if (!value) return undefined;
  return { value, origin: parseHost(environment.HF_ENDPOINT || HUGGING_FACE).origin };
}

/** URL of a file, every part encoded. */
export function fileUrl(hub: Hub, model: string, revision: string, name: string): string {
  const folder = hub.path
    .replaceAll('{model}', () => model.split('/').map(encodeURIComponent).join('/'))
    .replaceAll('{revision}', () => encodeURIComponent(revision));
  return `${hub.url}/${folder}${encodeURIComponent(name)}`;
}

/** Whether a text can be the id of a model on a host: `owner/name`. */
export function isModelId(text: string): boolean {
  return /^\w[\w.-]*\/\w[\w.-]*$/.test(text) && !text.includes('..');
}

function parseHost(text: string): URL {
  if (!URL.canParse(text) || !/^https?:/i.test(text)) {
    throw inputError('--host', `a URL, or one of ${Object.keys(NAMED_HOSTS).join(', ')}`);
  }
  const url = new URL(text);
  if (url.username || url.password || url.search || url.hash) {
    throw inputError('--host', 'a URL without name, password or query');
  }
  return url;
}

function isModelScope({ hostname }: URL): boolean {
  return /(^|\.)modelscope\.(cn|ai)$/.test(hostname);
}
