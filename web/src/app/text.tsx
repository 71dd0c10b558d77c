import type { ReactNode } from 'react';

// Ant Design's Typography brings tooltips and the placing of them along, which nothing seen first needs.

interface TextProps {
  children: ReactNode;
}

export function PageTitle({ children }: TextProps) {
  return <h1 className="page-title">{children}</h1>;
}

interface NoteProps extends TextProps {
  tone?: 'secondary' | 'danger';
  className?: string;
}

/** A text beside the main one. */
export function Note({ children, tone = 'secondary', className }: NoteProps) {
  return <span className={[`note-${tone}`, className].filter(Boolean).join(' ')}>{children}</span>;
}
