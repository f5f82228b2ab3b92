// The core and the host of a query, as React state: loading, there, or why not.

import type { PanelData } from "@grafana/data";
import type { Poller, ProbeIndex, TargetStatus } from "bpflens";
import { useEffect, useState } from "react";
import { type Core, loadCore } from "../core/load";
import type { BpfDataSource } from "../datasource";
import type { BpfQuery } from "../query/model";
import { probeIndex } from "./language/probes";

export interface Loaded {
  readonly core?: Core;
  /** Why there will be none, in words for people. */
  readonly failure?: string;
}

export function useCore(): Loaded {
  const [loaded, setLoaded] = useState<Loaded>({});
  useEffect(() => {
    let isOver = false;
    loadCore().then(
      (core) => !isOver && setLoaded({ core }),
      (error: Error) => !isOver && setLoaded({ failure: error.message }),
    );
    return () => {
      isOver = true;
    };
  }, []);
  return loaded;
}

/** The Poller of the query's endpoint, once there is one. */
export function usePoller(datasource: BpfDataSource, { url, hostspec }: BpfQuery): Poller | undefined {
  const [poller, setPoller] = useState<Poller>();
  useEffect(() => {
    let isOver = false;
    setPoller(undefined);
    datasource.poller({ url, hostspec }).then(
      (opened) => !isOver && setPoller(opened),
      // What keeps it away is told where the core is asked for.
      () => undefined,
    );
    return () => {
      isOver = true;
    };
  }, [datasource, url, hostspec]);
  return poller;
}

/** The host's probes, once they are read; a host that does not tell has none to offer. */
export function useProbes(core: Core | undefined, poller: Poller | undefined): ProbeIndex | undefined {
  const [probes, setProbes] = useState<ProbeIndex>();
  useEffect(() => {
    let isOver = false;
    setProbes(undefined);
    if (core !== undefined && poller !== undefined) {
      probeIndex(core, poller).then(
        (index) => !isOver && setProbes(index),
        () => undefined,
      );
    }
    return () => {
      isOver = true;
    };
  }, [core, poller]);
  return probes;
}

/** How often the state is read while it counts; otherwise it is read when the host has answered. */
const COUNTING_MILLIS = 250;

/** What the script of the query does now. */
export function useStatus(
  datasource: BpfDataSource,
  poller: Poller | undefined,
  query: BpfQuery,
  data: PanelData | undefined,
): TargetStatus | undefined {
  const [, setRevision] = useState(0);
  const status = poller && datasource.panelStatus(query, data);
  const isCounting = status !== undefined && COUNTING.has(status.state);
  useEffect(() => {
    const look = () => setRevision((revision) => revision + 1);
    const leave = poller?.onChange(look);
    const timer = isCounting ? setInterval(look, COUNTING_MILLIS) : undefined;
    return () => {
      leave?.();
      clearInterval(timer);
    };
  }, [poller, isCounting]);
  return status;
}

const COUNTING: ReadonlySet<TargetStatus["state"]> = new Set(["typing", "registering", "starting"]);
