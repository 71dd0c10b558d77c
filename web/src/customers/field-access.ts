import { useMemo } from 'react';
import type { Customer } from '../api/types';
import { useMaySee, useMayWrite } from '../session/me';

/** Fields that share a rule with others; the rest have one of their own. */
const SHARED_RULES: Partial<Record<keyof Customer, string>> = {
  email: 'email',
  idNumber: 'idNumber',
  nextContactTime: 'interaction.nextContactTime',
};

/** Which fields of customers the reader's roles let them see and write. The server decides: this only offers the rest. */
export function useFieldAccess() {
  const [maySee, mayWrite] = [useMaySee(), useMayWrite()];
  return useMemo(() => {
    const ruleOf = (field: keyof Customer) => SHARED_RULES[field] ?? `customer.${field}`;
    return {
      sees: (field: keyof Customer) => maySee(ruleOf(field)),
      // Phones are replaced with their numbers, which have a rule of their own.
      writes: (field: keyof Customer) => mayWrite(ruleOf(field)) && (field !== 'phones' || mayWrite('phone')),
    };
  }, [maySee, mayWrite]);
}
