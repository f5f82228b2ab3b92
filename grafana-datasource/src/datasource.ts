// The data source: a query names a script, its answer is a stream of frames that moves on with each poll of the host.

import {
  type AnnotationSupport,
  CoreApp,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  DataSourceApi,
  type DataSourceInstanceSettings,
  type LegacyMetricFindQueryOptions,
  type MetricFindValue,
  type PanelData,
  type ScopedVars,
  type TestDataSourceResponse,
} from "@grafana/data";
import { getTemplateSrv } from "@grafana/runtime";
import type { Poller, TargetStatus } from "bpflens";
import { from, merge, type Observable } from "rxjs";
import { annotationSupport, isAnnotationQuery } from "./annotations/annotation_support";
import { eventFrame, ScriptEvents } from "./annotations/script_events";
import { type Announcement, Announcements } from "./core/announcements";
import { Endpoints } from "./core/endpoints";
import { loadCore } from "./core/load";
import { setPluginFolder } from "./core/public_path";
import { type PanelOfRequest, Targets, targetName } from "./core/targets";
import { migrate, migrateWithNotice } from "./query/migrate";
import type { BpfQuery } from "./query/model";
import type { BpfOptions } from "./query/options";
import { withVariables } from "./query/variables";
import { type OpenSubjects, panelStream, type Subject } from "./stream/panel_stream";
import { findValues } from "./variables/find_values";

export class BpfDataSource extends DataSourceApi<BpfQuery, BpfOptions> {
  override annotations: AnnotationSupport<BpfQuery> = annotationSupport;
  readonly #settings: DataSourceInstanceSettings<BpfOptions>;
  readonly #targets = new Targets();
  readonly #endpoints: Endpoints;
  readonly #events = new ScriptEvents();
  readonly #announcements = new Announcements();

  constructor(settings: DataSourceInstanceSettings<BpfOptions>) {
    super(settings);
    setPluginFolder(settings.meta?.baseUrl);
    this.#settings = settings;
    this.#endpoints = new Endpoints(sessionOptions(settings.jsonData), (poller) =>
      this.#targets.isShown(poller),
    );
  }

  override getDefaultQuery(_app: CoreApp): Partial<BpfQuery> {
    return { version: 1, expr: "", format: "auto" };
  }

  override filterQuery(query: BpfQuery): boolean {
    return isAnnotationQuery(query) || migrate(query).expr.trim() !== "";
  }

  override getQueryDisplayText(query: BpfQuery): string {
    return migrate(query).expr;
  }

  /** With the values of the dashboard's variables: for Explore and for copies of a panel. */
  override interpolateVariablesInQueries(queries: BpfQuery[], scopedVars: ScopedVars): BpfQuery[] {
    return queries.map((query) => withVariables(migrate(query), scopedVars));
  }

  override query(request: DataQueryRequest<BpfQuery>): Observable<DataQueryResponse> {
    const queries = request.targets.filter((query) => !query.hide && this.filterQuery(query));
    const annotations = queries.filter(isAnnotationQuery);
    const scripts = queries.filter((query) => !isAnnotationQuery(query));
    const answers: Observable<DataQueryResponse>[] = [];
    if (annotations.length > 0) answers.push(from(this.#answerAnnotations(annotations, request)));
    if (scripts.length > 0 || annotations.length === 0) {
      // Explore does not move its time range on with a stream: it gets one answer per run.
      answers.push(panelStream(request, this.#subjects(scripts, request), request.app === CoreApp.Explore));
    }
    return merge(...answers);
  }

  override async testDatasource(): Promise<TestDataSourceResponse> {
    const report = await (await this.poller()).health();
    if (report.ok) return { status: "success", message: report.message };
    return { status: "error", message: report.message, details: { message: report.remedy } };
  }

  override async metricFindQuery(
    query: unknown,
    options?: LegacyMetricFindQueryOptions,
  ): Promise<MetricFindValue[]> {
    const [{ readRunningScripts }, poller] = await Promise.all([loadCore(), this.poller()]);
    const text = getTemplateSrv().replace(typeof query === "string" ? query : "", options?.scopedVars);
    return findValues(poller, readRunningScripts, text);
  }

  /**
   * Says what the next query with this text is: one to `run` at once, or one that somebody typed and that waits for a
   * pause, also in a panel that was empty. Any other text was stored, and an empty panel starts it.
   */
  announce(expr: string, announcement: Announcement): void {
    this.#announcements.add(expr, announcement);
  }

  /** Ends the script of a panel; its samples stay. */
  stopScript(query: BpfQuery, request?: Partial<PanelOfRequest>): void {
    const target = targetName(query.refId, request);
    this.#targets.poller(target)?.stop(target);
  }

  /** The Poller of the query's host, of the data source's own host without one. */
  poller(query?: Pick<BpfQuery, "url" | "hostspec">, scopedVars?: ScopedVars): Promise<Poller> {
    return this.#pollerOf(query && withVariables(migrate(query), scopedVars));
  }

  /** What the script of a panel does; nothing before its first query. */
  panelStatus(query: BpfQuery, data?: PanelData): TargetStatus | undefined {
    const target = targetName(query.refId, data?.request);
    return this.#targets.poller(target)?.session.status(target, Date.now());
  }

  #subjects(queries: readonly BpfQuery[], request: DataQueryRequest<BpfQuery>): OpenSubjects {
    return async () => {
      const core = await loadCore();
      const subjects: WatchedSubject[] = [];
      for (const stored of queries) subjects.push(await this.#subject(stored, request));
      const close = () => {
        for (const { target, poller, unwatch } of subjects) {
          unwatch();
          if (this.#targets.release(target)) poller.release(target);
        }
      };
      return { core, subjects, close };
    };
  }

  async #subject(stored: BpfQuery, request: DataQueryRequest<BpfQuery>): Promise<WatchedSubject> {
    const { query: written, notice } = migrateWithNotice(stored);
    const query = withVariables(written, request.scopedVars);
    const poller = await this.#pollerOf(query);
    const target = this.#targets.claim(targetName(query.refId, request), query.expr, poller);
    let seen: number | undefined;
    const watch = () => {
      const now = poller.session.fingerprint(target);
      if (now === seen) return;
      seen = now;
      this.#events.observe(query.expr, poller.session.status(target, Date.now()), Date.now());
    };
    const unwatch = poller.onChange(watch);
    const announcement = this.#announcements.take(written.expr);
    if (announcement === "run") {
      poller.run(target, query.expr);
    } else {
      if (announcement === "typed") poller.edit(target, "");
      poller.edit(target, query.expr);
    }
    return { query, target, poller, notice, unwatch };
  }

  async #answerAnnotations(
    queries: readonly BpfQuery[],
    request: DataQueryRequest<BpfQuery>,
  ): Promise<DataQueryResponse> {
    const { readRunningScripts } = await loadCore();
    const data: DataFrame[] = [];
    for (const query of queries) {
      const poller = await this.poller(query, request.scopedVars);
      const running = readRunningScripts(await poller.info("scripts"));
      data.push(eventFrame(query.refId, this.#events.list(), running, request.range));
    }
    return { data };
  }

  /** `query` has its variables replaced. */
  #pollerOf(query?: BpfQuery): Promise<Poller> {
    const { url = "", basicAuth, withCredentials } = this.#settings;
    const address = {
      url: (query?.url || url).replace(/\/+$/, ""),
      authorization: basicAuth,
      withCredentials,
    };
    return this.#endpoints.poller({ address, hostspec: this.#hostspec(query) });
  }

  #hostspec(query?: BpfQuery): string | undefined {
    return query?.hostspec || getTemplateSrv().replace(this.#settings.jsonData?.hostspec ?? "") || undefined;
  }
}

interface WatchedSubject extends Subject {
  readonly unwatch: () => void;
}

function sessionOptions(options: Partial<BpfOptions> | undefined) {
  const { retentionSeconds, maxMegabytes, typingPauseMillis } = options ?? {};
  return {
    ...(retentionSeconds ? { retentionSeconds } : {}),
    ...(maxMegabytes ? { maxBytes: maxMegabytes * 2 ** 20 } : {}),
    ...(typingPauseMillis ? { typingPauseMillis } : {}),
  };
}
