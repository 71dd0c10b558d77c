import { Card, Flex, Typography } from 'antd';
import { useCallback } from 'react';
import { Link } from 'react-router';
import { useDictionaries } from '../../dictionaries/dictionaries';
import { PersonName } from '../../people/PersonName';
import { useUserOf } from '../../people/users';
import { useProvinceName } from '../../regions/regions';
import { CustomerTags, LevelTag, NextContact, PhoneLink, StatusTag } from '../cells';
import { MatchReasons } from '../MatchReasons';
import type { CustomerListProps } from './CustomersPage';
import { LoadMore, type More } from '../LoadMore';

/** The list on a phone. */
export default function CustomerCards({ rows, more }: Pick<CustomerListProps, 'rows' | 'more'>) {
  const userOf = useUserOf();
  const provinceName = useProvinceName();
  const { label } = useDictionaries();
  return (
    <Flex vertical gap={8}>
      {rows.map(({ customer, reasons }) => (
        <Card key={customer.id} size="small" className="card-row">
          <Flex justify="space-between" gap={8}>
            <Link to={`/customers/${customer.id}`}>
              <Typography.Text strong>{customer.name}</Typography.Text>
            </Link>
            <Flex gap={4}>
              <LevelTag level={customer.level} label={label('level', customer.level)} />
              <StatusTag status={customer.status} label={label('status', customer.status)} />
            </Flex>
          </Flex>
          <MatchReasons reasons={reasons} />
          <Flex gap="2px 12px" wrap className="card-details">
            {customer.phones[0] && <PhoneLink number={customer.phones[0].number} />}
            <Typography.Text type="secondary">{provinceName(customer.regionCode)}</Typography.Text>
            <Typography.Text type="secondary">
              <PersonName user={userOf(customer.ownerId)} />
            </Typography.Text>
            <NextContact time={customer.nextContactTime} labelled />
          </Flex>
          <CustomerTags tags={customer.tags} />
        </Card>
      ))}
      <LoadMore count={rows.length} more={more}>
        <NearEnd more={more} />
      </LoadMore>
    </Flex>
  );
}

/** Reads on when the end of the cards comes near. */
function NearEnd({ more: { has, loading, load } }: { more: More }) {
  const watch = useCallback(
    (element: HTMLElement | null) => {
      if (!element || !has || loading) return undefined;
      const observer = new IntersectionObserver(
        (entries) => {
          if (entries.some(({ isIntersecting }) => isIntersecting)) load();
        },
        { rootMargin: '600px' },
      );
      observer.observe(element);
      return () => observer.disconnect();
    },
    [has, loading, load],
  );
  return <span ref={watch} />;
}
