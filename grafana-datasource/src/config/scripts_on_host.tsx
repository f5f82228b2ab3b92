// The scripts that run on the data source's host, whoever started them, each with a way to stop it.

import { getDataSourceSrv } from "@grafana/runtime";
import { Alert, Button, ConfirmModal, FieldSet, useTheme2 } from "@grafana/ui";
import type { RunningScript } from "bpflens";
import { useCallback, useEffect, useState } from "react";
import { loadCore } from "../core/load";
import type { BpfDataSource } from "../datasource";
import { columnsOf, confirmationText } from "./script_columns";

type Listing =
  | { readonly state: "unread" | "reading" }
  | { readonly state: "read"; readonly scripts: readonly RunningScript[]; readonly atMillis: number }
  | ({ readonly state: "failed" } & Failure);

interface Failure {
  readonly message: string;
  readonly remedy?: string;
}

/** `uid` is that of the saved data source: what is not saved is not asked. */
export function ScriptsOnHost({ uid }: { uid: string }) {
  const theme = useTheme2();
  const [listing, setListing] = useState<Listing>({ state: "unread" });
  const [chosen, setChosen] = useState<RunningScript>();
  const read = useCallback(async () => {
    setListing({ state: "reading" });
    setListing(await listScripts(uid));
  }, [uid]);
  const stop = async (script: RunningScript) => {
    setChosen(undefined);
    try {
      await (await hostOf(uid)).control("stop", script.id);
      await read();
    } catch (error) {
      setListing({ state: "failed", ...(await explain(uid, error)) });
    }
  };
  useEffect(() => {
    void read();
  }, [read]);
  return (
    <FieldSet label="Scripts on the host">
      <div aria-live="polite" style={{ overflowX: "auto" }}>
        {listing.state === "failed" && (
          <Alert severity="warning" title={listing.message}>
            {listing.remedy}
          </Alert>
        )}
        {listing.state === "reading" && <p>Asking the host…</p>}
        {listing.state === "read" && listing.scripts.length === 0 && <p>No script is registered.</p>}
        {listing.state === "read" && listing.scripts.length > 0 && (
          <ScriptTable listing={listing} onStop={setChosen} />
        )}
      </div>
      <Button
        variant="secondary"
        icon="sync"
        style={{ marginTop: theme.spacing(1) }}
        disabled={listing.state === "reading"}
        onClick={read}
      >
        Refresh
      </Button>
      {chosen !== undefined && (
        <ConfirmModal
          isOpen
          title={`Stop ${chosen.id}`}
          body={confirmationText(chosen)}
          confirmText="Stop"
          onConfirm={() => stop(chosen)}
          onDismiss={() => setChosen(undefined)}
        />
      )}
    </FieldSet>
  );
}

interface TableProps {
  readonly listing: Extract<Listing, { state: "read" }>;
  onStop(script: RunningScript): void;
}

function ScriptTable({ listing, onStop }: TableProps) {
  const theme = useTheme2();
  const cell = {
    padding: theme.spacing(0.5, 2, 0.5, 0),
    verticalAlign: "top",
    textAlign: "left",
    whiteSpace: "nowrap",
  } as const;
  const code = {
    ...cell,
    whiteSpace: "normal",
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
  };
  const columns = columnsOf(listing.scripts, listing.atMillis);
  return (
    <table style={{ borderCollapse: "collapse" }}>
      <thead>
        <tr>
          {columns.map(({ heading }) => (
            <th key={heading} scope="col" style={cell}>
              {heading}
            </th>
          ))}
          <td />
        </tr>
      </thead>
      <tbody>
        {listing.scripts.map((script, row) => (
          <tr key={script.id} style={{ borderTop: `1px solid ${theme.colors.border.weak}` }}>
            {columns.map(({ heading, cells, isCode }) => (
              <td key={heading} style={isCode ? code : cell}>
                {cells[row]}
              </td>
            ))}
            <td style={cell}>
              <Button
                size="sm"
                variant="secondary"
                icon="square-shape"
                aria-label={`Stop ${script.id}`}
                disabled={script.status !== "started" && script.status !== "starting"}
                onClick={() => onStop(script)}
              >
                Stop
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

async function hostOf(uid: string) {
  const dataSource = (await getDataSourceSrv().get({ uid })) as unknown as BpfDataSource;
  return dataSource.poller();
}

async function listScripts(uid: string): Promise<Listing> {
  try {
    const core = await loadCore();
    const text = await (await hostOf(uid)).info("scripts");
    return { state: "read", scripts: core.readRunningScripts(text), atMillis: Date.now() };
  } catch (error) {
    return { state: "failed", ...(await explain(uid, error)) };
  }
}

/** What the test of the data source says is wrong, with its cure; the error itself where that finds nothing. */
async function explain(uid: string, error: unknown): Promise<Failure> {
  const own = { message: error instanceof Error ? error.message : String(error) };
  const report = await hostOf(uid).then(
    (host) => host.health(),
    // There is no core, as the error says.
    () => undefined,
  );
  return report === undefined || report.ok ? own : { message: report.message, remedy: report.remedy };
}
