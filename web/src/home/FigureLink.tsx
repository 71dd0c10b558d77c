import type { ReactNode } from 'react';
import { Link } from 'react-router';

interface FigureLinkProps {
  /** The list that says the same; there may be none. */
  to: string | undefined;
  children: ReactNode;
}

export function FigureLink({ to, children }: FigureLinkProps) {
  return to === undefined ? children : <Link to={to}>{children}</Link>;
}
