import type { Ticket } from './ticket-api.ts';

type Handling = NonNullable<Ticket['handling']>;
type Solved = NonNullable<Handling['solved']>;
type Satisfaction = NonNullable<Handling['satisfaction']>;

const zhCN = {
  desk: '12345 工单办理台',
  seat: '016 号坐席 · 演示数据，均为虚构',
  calibration: '阈值校准',
  backToDesk: '返回办理台',
  language: '语言',
  theme: '外观',
  themeAuto: '跟随系统',
  themeLight: '浅色',
  themeDark: '深色',

  queue: '待办工单',
  ticket: '当前工单',
  panel: '相似案例',
  panelMissing: '相似案例面板未能载入，不影响工单办理。',
  queueFailed: '待办工单读取失败。',
  retry: '重试',
  open: (count: number) => `${count} 件`,
  offline: '离线，上次取得',
  handled: '已提交',
  pasted: '粘贴',

  noTicket: '尚未选择工单。',
  id: '工单编号',
  createdAt: '来电时间',
  place: '诉求地址',
  category: '诉求分类',
  limit: '办理时限',
  due: '截止日期',
  text: '诉求内容',
  unknown: '未登记',
  workingDays: (days: number) => `${days} 个工作日`,
  left: (days: number) => (days === 0 ? '今日到期' : days < 0 ? `超期 ${-days} 日` : `剩 ${days} 日`),

  handling: '处置登记',
  way: '处置方式',
  ways: ['派单承办', '直接答复', '退回补充'],
  unit: '承办单位',
  opinion: '处置意见',
  opinionHint: '在右侧相似案例中按“采用”，其处置即写入此处，可再修改。',
  characters: (count: number) => `${count} 字`,
  submit: '提交并办理下一件',
  opinionMissing: '请填写处置意见。',
  draftKept: '草稿随写随存于本页，关闭页面即清除。',

  close: '关闭',
  cancel: '取消',
  paste: '粘贴新工单',
  pasteLabel: '诉求内容',
  pasteHint: '只留在本页内存中，不保存，也不发往本单位以外。',
  pasteAdd: '设为当前工单',

  pastCase: '历史工单',
  closedAt: '办结时间',
  days: '办理用时',
  daysTaken: (days: number) => (days === 0 ? '当日' : `${days} 天`),
  result: '回访结果',
  steps: '办理过程',
  received: '受理',
  closed: '办结',
  reply: '答复内容',
  quote: '引用答复到处置意见',
  linked: (ids: string) => `已关联工单 ${ids}`,
  comma: '、',
  quoted: (id: string, reply: string) => `参考工单 ${id}：${reply}`,
  proposed: (ids: string) => `拟与以下工单并案办理：${ids}`,
  solved: { yes: '已解决', partly: '部分解决', no: '未解决' } satisfies Record<Solved, string>,
  satisfaction: {
    satisfied: '满意',
    fairly: '基本满意',
    dissatisfied: '不满意',
    unrated: '未评价',
  } satisfies Record<Satisfaction, string>,
};

export type Messages = typeof zhCN;
export type Language = 'zh-CN' | 'en';

const en: Messages = {
  desk: '12345 ticket desk',
  seat: 'Seat 016 · invented demo data',
  calibration: 'Calibration',
  backToDesk: 'Back to the desk',
  language: 'Language',
  theme: 'Theme',
  themeAuto: 'System',
  themeLight: 'Light',
  themeDark: 'Dark',

  queue: 'Open tickets',
  ticket: 'Ticket',
  panel: 'Similar cases',
  panelMissing: 'The panel of similar cases could not be loaded. Everything else works.',
  queueFailed: 'The open tickets could not be read.',
  retry: 'Try again',
  open: (count) => String(count),
  offline: 'Offline, as last fetched',
  handled: 'Submitted',
  pasted: 'Pasted',

  noTicket: 'No ticket chosen yet.',
  id: 'Ticket',
  createdAt: 'Received',
  place: 'Place',
  category: 'Category',
  limit: 'Limit',
  due: 'Due',
  text: 'What was reported',
  unknown: 'Not recorded',
  workingDays: (days) => (days === 1 ? '1 working day' : `${days} working days`),
  left: (days) => (days === 0 ? 'Due today' : days < 0 ? `${-days} d late` : `${days} d left`),

  handling: 'Handling',
  way: 'Action',
  ways: ['Dispatch to a unit', 'Answer directly', 'Return for details'],
  unit: 'Unit',
  opinion: 'Disposal',
  opinionHint: 'Adopt a similar case on the right and its handling comes here to be edited.',
  characters: (count) => (count === 1 ? '1 character' : `${count} characters`),
  submit: 'Submit and take the next',
  opinionMissing: 'Please write a disposal.',
  draftKept: 'Drafts live in this page as you type and go when it is closed.',

  close: 'Close',
  cancel: 'Cancel',
  paste: 'Paste a ticket',
  pasteLabel: 'What was reported',
  pasteHint: 'Kept in the memory of this page only, never stored, never sent outside your organisation.',
  pasteAdd: 'Use as the ticket',

  pastCase: 'Past case',
  closedAt: 'Closed',
  days: 'Time taken',
  daysTaken: (days) => (days === 0 ? 'Same day' : days === 1 ? '1 day' : `${days} days`),
  result: 'Return visit',
  steps: 'Handling path',
  received: 'Received',
  closed: 'Closed',
  reply: 'Reply',
  quote: 'Quote the reply',
  linked: (ids) => `Linked: ${ids}`,
  comma: ', ',
  quoted: (id, reply) => `See case ${id}: ${reply}`,
  proposed: (ids) => `To be handled as one issue with: ${ids}`,
  solved: { yes: 'Solved', partly: 'Partly solved', no: 'Not solved' },
  satisfaction: {
    satisfied: 'Satisfied',
    fairly: 'Fairly satisfied',
    dissatisfied: 'Dissatisfied',
    unrated: 'Not rated',
  },
};

export const messages: Readonly<Record<Language, Messages>> = { 'zh-CN': zhCN, en };

/** Fills the static text of the page: every element with `data-message="key"`. */
export function translatePage(language: Language): void {
  document.documentElement.lang = language;
  document.title = messages[language].desk;
  const texts = new Map<string, unknown>(Object.entries(messages[language]));
  for (const element of document.querySelectorAll<HTMLElement>('[data-message]')) {
    const text = texts.get(element.dataset['message'] ?? '');
    if (typeof text === 'string') element.textContent = text;
  }
}
