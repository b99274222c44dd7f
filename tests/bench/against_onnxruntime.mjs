// SPDX-License-Identifier: MIT
// I3D on one clip of 64 frames: ONNX Runtime against Fovea's engine, in turns.
//
//     npm install --no-save onnxruntime-node
//     python3 tests/bench/export_i3d.py i3d.onnx
//     node tests/bench/against_onnxruntime.mjs build/pipelines/cli/fovea i3d.onnx [THREADS]
//
// onnxruntime-node is the user's own copy: found from the folder where this is run. Prints the
// milliseconds of each (minimum of the rounds) and how many times as fast Fovea is.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

const rounds = 5;
const [command, model, asked] = process.argv.slice(2);
if (!command || !model) {
  console.error("usage: node against_onnxruntime.mjs FOVEA MODEL.onnx [THREADS]");
  process.exit(2);
}
const threads = Number(asked ?? os.availableParallelism());
const ort = createRequire(path.join(process.cwd(), "here.js"))("onnxruntime-node");

const session = await ort.InferenceSession.create(model, {
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  executionProviders: ["cpu"],
});
const values = Float32Array.from({ length: 3 * 64 * 224 * 224 }, () => 2 * Math.random() - 1);
const clip = new ort.Tensor("float32", values, [1, 3, 64, 224, 224]);

async function theirs() {
  const start = performance.now();
  await session.run({ clip });
  return performance.now() - start;
}

function ours() {
  const words = ["bench", "i3d", "--no-libtorch", "--rounds", "1", "--threads", String(threads)];
  const quiet = { stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, OMP_WAIT_POLICY: "PASSIVE" } };
  const clips = JSON.parse(execFileSync(command, words, quiet)).i3d["1x64"];
  return Object.fromEntries(["fp32", "bf16", "int8"].filter((one) => one in clips)
    .map((one) => [one, clips[one].min_ms]));
}

await theirs(); // once untimed, as the bench does
const fastest = { onnxruntime: Infinity };
for (let round = 0; round < rounds; ++round) {
  fastest.onnxruntime = Math.min(fastest.onnxruntime, await theirs());
  for (const [precision, ms] of Object.entries(ours()))
    fastest[precision] = Math.min(fastest[precision] ?? Infinity, ms);
}
const ratio = Object.fromEntries(Object.keys(fastest).filter((one) => one !== "onnxruntime")
  .map((one) => [one, fastest.onnxruntime / fastest[one]]));
console.log(JSON.stringify({ threads, milliseconds: fastest, times_as_fast: ratio,
  onnxruntime: ort.env?.versions?.node ?? "unknown" }));
