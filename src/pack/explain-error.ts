import { CaseMatcherError } from '../errors.ts';

const ELSEWHERE =
  'Other ways: a mirror (--host hf-mirror or --host modelscope), a proxy (HTTPS_PROXY), or the files from another\n' +
  'computer: copy config.json, tokenizer.json and *.safetensors into a folder and give that as --from.';

/**
 * What went wrong in words for the command line, with what can be done about it. Undefined for an error that is a defect
 * of ours.
 */
export function explainError(error: unknown): string | undefined {
  if (error instanceof CaseMatcherError) return explainOwn(error);
  if (!(error instanceof Error) || !('syscall' in error)) return undefined;
  if ('code' in error && error.code === 'ENOSPC') {
    return `the disk is full (${error.message}).\nMake room, or choose other disks with --cache and --out; then run the same command again.`;
  }
  return error.message;
}

function explainOwn({ code, details, message, cause }: CaseMatcherError): string {
  const { url, reason } = details;
  switch (code) {
    case 'invalid-input':
      return `${details.field}: ${reason}`;
    case 'http':
      return explainStatus(details);
    case 'network': {
      if (/CERT|SIGNATURE/.test(String(reason))) {
        return `${url}: its certificate is not trusted (${reason}). If your network inspects TLS, put its root certificate into\na file and set NODE_EXTRA_CA_CERTS to its path.`;
      }
      const words = cause instanceof Error && cause.message ? cause.message : reason;
      return `no connection to ${url} (${words}).\n${ELSEWHERE}`;
    }
    case 'timeout':
      return `${url}: no byte for ${details.seconds} s.\n${ELSEWHERE}`;
    case 'integrity':
      return `${url}: ${reason}, twice. What is on the host is not what it announces, or something in between changes it.\n${ELSEWHERE}`;
    case 'not-a-model':
      return (
        `${url}: ${reason}. It may be the login page of a network, or a host without this API:\n` +
        "say with --path-template where such a host keeps a model's files."
      );
    default:
      return message;
  }
}

function explainStatus({ url, status, reason, retryAfter, proxy }: CaseMatcherError['details']): string {
  const answer = `${url}: status ${status}${reason === undefined ? '' : ` (${reason})`}.`;
  if (proxy || status === 407)
    return `the proxy ${url} refuses: status ${status}. Check HTTPS_PROXY, and its name and password.`;
  switch (status) {
    case 401:
    case 403:
      return (
        `${answer}\nThe host does not give this model to everyone, or has none of this id. Check the id; if the model asks to\n` +
        'accept its terms, do so on its page, make a token there, and set HF_TOKEN to it.'
      );
    case 404:
      return `${answer}\nThe host has no such model, revision or file. Check the id and --revision.`;
    case 429:
      return `${answer}\nThe host has had too many requests${retryAfter ? ` and asks to wait ${retryAfter} s` : ''}. Run the same command again later.`;
    default:
      return `${answer}\nRun the same command again later; what is here is kept.`;
  }
}
