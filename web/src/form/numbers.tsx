import { InputNumber, type InputNumberProps } from 'antd';

/**
 * A number without Ant Design's buttons beside it, which have English names in every language. The keys Up and Down do the
 * same.
 */
export function NumberInput(props: InputNumberProps<number>) {
  return <InputNumber<number> controls={false} {...props} />;
}

/** Money, as the API writes it: a text with two digits after the point. */
export function AmountInput(props: InputNumberProps<string>) {
  return (
    <InputNumber<string>
      controls={false}
      stringMode
      min="0"
      precision={2}
      className="full-width"
      {...props}
    />
  );
}
