/**
 * Fills in what `@huggingface/tokenizers` and `@noble/hashes` call and Chromium 91 lacks: `Array.prototype.at` (92)
 * and `Object.hasOwn` (93). For the worker alone, which is our own realm: the host page is never touched.
 */
export function fillIn(realm: {
  readonly Object: ObjectConstructor;
  readonly Array: ArrayConstructor;
}): void {
  add(realm.Object, 'hasOwn', (target: object, key: PropertyKey) => {
    return Object.getOwnPropertyDescriptor(target, key) !== undefined;
  });
  add(realm.Array.prototype, 'at', function at(this: readonly unknown[], index: number) {
    return this[index < 0 ? this.length + index : index];
  });
}

function add(target: object, name: string, value: unknown): void {
  if (!(name in target)) Object.defineProperty(target, name, { value, configurable: true, writable: true });
}
