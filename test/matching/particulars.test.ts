import { describe, expect, it } from 'vitest';
import { parseLexicon } from '../../src/matching/index.ts';
import { Concepts } from '../../src/matching/lexicon/concepts.ts';
import en from '../../src/matching/lexicon/en.json';
import zh from '../../src/matching/lexicon/zh.json';
import { mentionsOf } from '../../src/matching/mentions.ts';

const concepts = new Concepts(parseLexicon(zh));
const english = new Concepts(parseLexicon(en));
const said = (text: string, place?: string, words = concepts) =>
  mentionsOf({ id: '1', text, ...(place === undefined ? {} : { place }) }, words).map(({ word }) => word);

describe('what says of whom, where and when is no likeness', () => {
  it.each([
    // Places, as the ticket's own field has them and as the text words them.
    ['朝阳区建国路8号院3号楼电梯经常卡顿', ['电梯', '卡顿']],
    ['我住在锦绣家园12栋3单元502室，电梯坏了', ['电梯', '坏了']],
    ['望河东路与云杉南路交叉口红绿灯坏了', ['红绿灯', '坏了']],
    ['滨江区月明路188号银泰城停车场出口栏杆失灵', ['停车场', '出口', '栏杆', '失灵']],
    ['A市K3县L5镇麻林村的路灯不亮', ['路灯', '不亮']],
    ['海淀区中关村南二条12号院2号楼电梯困人', ['电梯', '困人']],
    // Times.
    ['昨天下午三点半电梯困人15分钟', ['电梯', '困人']],
    ['2024年5月3日晚上八点左右，今年春节期间，上周五凌晨噪音', ['噪音']],
    ['从八月份开始高龄津贴没到账', ['高龄津贴', '没到账']],
    ['上个月底至今已经停水三天了', ['停水']],
    // Persons and ways to reach them.
    ['王先生反映电梯坏了，联系人：李晓明，电话13812345678', ['电梯', '坏了']],
    ['张某某、欧阳女士和刘师傅说楼道灯不亮', ['楼道灯', '不亮']],
    ['车牌京A12345违停，邮箱someone@mail.com，见 https://example.com/a?b=1', ['违停']],
    ['身份证号110101199003071234，工单HIS202311050221', ['身份证']],
    // Numbers.
    ['多收了300元，排队超200米，十几个人等了两个小时', ['多收了', '排队']],
  ])('%s', (text, words) => {
    expect(said(text)).toEqual(words);
  });

  it('nor is what the ticket’s own field calls its place', () => {
    expect(said('金桂幼儿园孩子受伤', '西澜区春晖街道金桂幼儿园')).toEqual(['幼儿园', '孩子', '受伤']);
    expect(said('银杏湾的电梯坏了', '云杉区银杏湾')).toEqual(['电梯', '坏了']);
  });

  it('but a word that the lexicon knows stays one, and so do words that only end like a place', () => {
    expect(said('夜间施工太吵')).toEqual(['夜间施工', '太吵']);
    expect(said('路灯和道路都坏了')).toEqual(['路灯', '道路', '坏了']);
    expect(said('超市变质食品')).toContain('超市');
    expect(said('线路老化电路短路')).toContain('电路');
  });

  it('nor are greetings, pleas, and how often and how much', () => {
    expect(said('我是业主，本来每次都在等，这种现象经常多次出现，难道没人知道？')).toEqual(['业主']);
    expect(said('您好，请问一下，希望有关部门尽快处理，谢谢！')).toEqual([]);
    expect(said('请相关部门核实并给予答复，可以电话联系我。')).toEqual([]);
  });

  it('in the plainest of English too', () => {
    const text = 'Yesterday at 3:15 the lift at 12 Main Street was stuck, Mr. Smith called 555-1234';
    expect(said(text, undefined, english)).toEqual(['lift', 'stuck', 'called']);
  });
});
