// The data source: a query names a script, its answer is a stream of frames that moves on with each poll of the host.

import {
  type DataQueryRequest,
  type DataQueryResponse,
  DataSourceApi,
  type DataSourceInstanceSettings,
  LoadingState,
  type PanelData,
  type ScopedVars,
} from "@grafana/data";
import { getTemplateSrv } from "@grafana/runtime";
import type { Poller, TargetStatus } from "bpflens";
import { Observable } from "rxjs";
import { Endpoints } from "./core/endpoints";
import { loadCore } from "./core/load";
import { setPluginFolder } from "./core/public_path";
import { type BpfOptions, type BpfQuery, migrate } from "./query/model";

export class BpfDataSource extends DataSourceApi<BpfQuery, BpfOptions> {
  readonly #settings: DataSourceInstanceSettings<BpfOptions>;
  readonly #shown = new Map<string, Poller>();
  readonly #endpoints: Endpoints;
  readonly #runNow = new Set<string>();

  constructor(settings: DataSourceInstanceSettings<BpfOptions>) {
    super(settings);
    setPluginFolder(settings.meta?.baseUrl);
    this.#settings = settings;
    this.#endpoints = new Endpoints({}, (poller) => [...this.#shown.values()].includes(poller));
  }

  override getDefaultQuery(): Partial<BpfQuery> {
    return { version: 1, expr: "", format: "auto" };
  }

  override query(request: DataQueryRequest<BpfQuery>): Observable<DataQueryResponse> {
    return new Observable((subscriber) => {
      const ends: (() => void)[] = [];
      const targets = request.targets.map(migrate).filter(({ hide, expr }) => !hide && expr.trim() !== "");
      const start = async () => {
        const core = await loadCore();
        for (const query of targets) {
          const poller = await this.poller(query, request.scopedVars);
          const target = targetOf(query, request);
          this.#shown.set(target, poller);
          poller.run(target, getTemplateSrv().replace(query.expr, request.scopedVars));
          const emit = () => {
            const { frames, error } = core.answer(poller.session, target, query, request.range, Date.now());
            subscriber.next({
              data: frames,
              key: target,
              state: LoadingState.Streaming,
              ...(error ? { error } : {}),
            });
          };
          ends.push(poller.onChange(emit));
          emit();
        }
      };
      start().catch((error) => subscriber.error(error));
      return () => {
        for (const end of ends) end();
      };
    });
  }

  override async testDatasource() {
    const poller = await this.poller();
    return { status: "success", message: `Loaded; ${poller.session.connection().state}` };
  }

  /** The next query with this text starts at once, without waiting for a pause in typing. */
  runNow(expr: string): void {
    this.#runNow.add(expr);
  }

  /** Ends the script of a panel; its samples stay. */
  stopScript(query: BpfQuery, request?: DataQueryRequest<BpfQuery>): void {
    const target = targetOf(query, request);
    this.#shown.get(target)?.stop(target);
  }

  /** The Poller of the query's host, of the data source's own host without one. */
  poller(query?: BpfQuery, scopedVars?: ScopedVars): Promise<Poller> {
    const replaced = (text: string | undefined) => getTemplateSrv().replace(text ?? "", scopedVars);
    const url = replaced(query?.url) || this.#settings.url || "";
    return this.#endpoints.poller({
      address: {
        url,
        authorization: this.#settings.basicAuth,
        withCredentials: this.#settings.withCredentials,
      },
      hostspec: replaced(query?.hostspec) || this.#settings.jsonData.hostspec,
    });
  }

  /** What the script of a panel does; nothing before its first query. */
  panelStatus(query: BpfQuery, data?: PanelData): TargetStatus | undefined {
    const target = targetOf(query, data?.request);
    return this.#shown.get(target)?.session.status(target, Date.now());
  }
}

function targetOf(
  query: BpfQuery,
  request: Pick<DataQueryRequest, "dashboardUID" | "panelId"> | undefined,
): string {
  return [request?.dashboardUID ?? "", request?.panelId ?? "", query.refId].join("/");
}
