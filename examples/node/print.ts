// Tables and amounts for people.
interface Money {
  amount: number;
}

export const date = (time: Date | undefined): string => time?.toISOString().slice(0, 10) ?? '';

export function dollars({ amount }: Money): string {
  return `$${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`;
}

export const signed = ({ amount }: Money): string => `${amount < 0 ? '−' : '+'} ${dollars({ amount: Math.abs(amount) })}`;

export function table(title: string, heads: string[], rows: string[][]): void {
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) => ` ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd();
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + 3, -1));
  console.log(['', title, line(heads), rule, ...rows.map(line), rule].join('\n'));
}
