// The lazy chunk: the WebAssembly core with everything that needs it at once.

export * from "bpflens";
export { answer } from "../frames/answer";
