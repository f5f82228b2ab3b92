// The ready scripts that the editor offers: those of the built-in page.

import blockIoLatency from "../../../web/gallery/block-io-latency.bt?raw";
import contextSwitches from "../../../web/gallery/context-switches.bt?raw";
import newPrograms from "../../../web/gallery/new-programs.bt?raw";
import onCpuKernelStacks from "../../../web/gallery/on-cpu-kernel-stacks.bt?raw";
import onCpuUserStacks from "../../../web/gallery/on-cpu-user-stacks.bt?raw";
import openLog from "../../../web/gallery/open-log.bt?raw";
import openedFiles from "../../../web/gallery/opened-files.bt?raw";
import pageFaults from "../../../web/gallery/page-faults.bt?raw";
import processLifecycle from "../../../web/gallery/process-lifecycle.bt?raw";
import readLatency from "../../../web/gallery/read-latency.bt?raw";
import readSizes from "../../../web/gallery/read-sizes.bt?raw";
import runQueueLatency from "../../../web/gallery/run-queue-latency.bt?raw";
import syscallLatency from "../../../web/gallery/syscall-latency.bt?raw";
import syscallsByCommand from "../../../web/gallery/syscalls-by-command.bt?raw";
import tcpConnections from "../../../web/gallery/tcp-connections.bt?raw";

export interface GalleryScript {
  readonly title: string;
  readonly description: string;
  readonly source: string;
}

/** By title. */
export const GALLERY: readonly GalleryScript[] = [
  blockIoLatency,
  contextSwitches,
  newPrograms,
  onCpuKernelStacks,
  onCpuUserStacks,
  openLog,
  openedFiles,
  pageFaults,
  processLifecycle,
  readLatency,
  readSizes,
  runQueueLatency,
  syscallLatency,
  syscallsByCommand,
  tcpConnections,
]
  .map(readGalleryScript)
  .sort((a, b) => a.title.localeCompare(b.title));

/** A script opens with two comment lines: its title, and what it shows. */
export function readGalleryScript(source: string): GalleryScript {
  const [title = "", description = ""] = source
    .split("\n", 2)
    .map((line) => (line.startsWith("//") ? line.slice(2).trim() : ""));
  return { title, description, source };
}
