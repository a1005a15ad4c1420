/**
 * What every thread reads of the layer to be computed, and the shape of the model. It lies at one address of the
 * shared memory; `src/reranker/int8/plan.ts` writes it, field for field in this order, each of four bytes.
 * Pointers are byte addresses. `rows` are the new tokens of the run, of one or several documents.
 */
@unmanaged
export class Plan {
  // The model.
  hidden: i32;
  heads: i32;
  kvHeads: i32;
  headDim: i32;
  intermediate: i32;
  rmsEps: f32;

  // The threads. `job` counts the layers given out, times 256, plus the number of threads that are to take part: one
  // word, so that no thread can see one without the other. `arrived` and `generation` are the barrier's.
  threads: i32;
  job: i32;
  arrived: i32;
  generation: i32;
  /** int32 [10], zero at the start of a layer: the next task of each phase. */
  counters: usize;
  /** Scratch of each thread, one after another. */
  scratch: usize;
  scratchBytes: i32;

  // The run.
  rows: i32;
  /** Rows that go on after attention: all, or those that are read. */
  kept: i32;
  /** int32 [kept]: which rows they are, in rising order; 0 where all are kept. */
  keptRows: usize;
  /** int32 [blocks][4]: first row, number of rows (1…4), slot of the first row, first slot of its document. */
  blocks: usize;
  blockCount: i32;
  /** int32 [rows]: where the keys and values of a row go among the new ones. */
  slots: usize;
  /** float32 [rows][headDim / 2] each. */
  cos: usize;
  sin: usize;

  // Keys and values of this layer, see `heads.ts`; `length` and `capacity` in tokens, a capacity is a multiple of 4.
  pastLength: i32;
  pastCapacity: i32;
  pastKeys: usize;
  pastValues: usize;
  newCapacity: i32;
  newKeys: usize;
  newValues: usize;

  // Activations: float32 [rows, ·], and quantised [rows, ·] with a float32 scale for each row.
  stream: usize;
  wide: usize;
  context: usize;
  product: usize;
  quantised: usize;
  rowScales: usize;

  // Weights of this layer. A matrix is int8 panels of 4 columns, [N / 4][K / 4][4 columns][4], and N float32 scales.
  inputNorm: usize;
  qkv: usize;
  qkvScales: usize;
  qNorm: usize;
  kNorm: usize;
  output: usize;
  outputScales: usize;
  mlpNorm: usize;
  gateUp: usize;
  gateUpScales: usize;
  down: usize;
  downScales: usize;
}
