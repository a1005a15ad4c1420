/** A file of a build, as `tools/service-worker.mjs` lists it. */
export interface BuildFile {
  /** Relative to the build's folder. */
  readonly path: string;
  /** As in `<script integrity>`. */
  readonly integrity: string;
  /**
   * `on-use`: not fetched ahead, because it is large and most need another. `if-there`: of the demo desk, which a host
   * may leave out.
   */
  readonly kept: 'always' | 'if-there' | 'on-use';
}

/** All files of one build but the models, which have a store of their own. */
export interface Build {
  /** Says which build it is: a hash of its files. */
  readonly id: string;
  readonly files: readonly BuildFile[];
}
