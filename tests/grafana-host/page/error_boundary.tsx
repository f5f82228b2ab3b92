// Shows what a component threw in its place, and says it in the console, where the specs look for complaints.

import * as React from "react";

interface Props {
  readonly children: React.ReactNode;
}

interface State {
  readonly error?: Error;
}

export class ErrorBoundary extends React.Component<Props, State> {
  override state: State = {};

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): React.ReactNode {
    return this.state.error ? <pre role="alert">{this.state.error.stack}</pre> : this.props.children;
  }
}
