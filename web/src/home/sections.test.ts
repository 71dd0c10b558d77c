import { describe, expect, it } from 'vitest';
import { sectionsOf } from './sections';

describe('sectionsOf', () => {
  it('begins with what the role does first', () => {
    expect(sectionsOf(['representative'])[0]).toBe('next');
    expect(sectionsOf(['service_agent'])[0]).toBe('dueSoon');
    expect(sectionsOf(['executive'])).not.toContain('next');
  });

  it('lets the wider of two roles decide, and shows a role it does not know everything it may see', () => {
    expect(sectionsOf(['representative', 'manager'])).toContain('team');
    expect(sectionsOf(['of their own'])).toEqual(['figures', 'next', 'trend', 'charts', 'team']);
  });
});
