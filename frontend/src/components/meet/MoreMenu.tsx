import { Check, Ellipsis } from 'lucide-react';
import { Header } from 'react-aria-components/Header';
import { Menu, MenuItem, MenuSection, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { quietRound } from './barStyles';
import { menuItemStyles, menuStyles } from './menuStyles';
import type { MoreAction } from './useMoreActions';

/** « Plus » where there is a pointer and room: a menu above its button. */
export function MoreMenu({ groups }: { groups: { title: string; actions: MoreAction[] }[] }) {
  const { t } = useWords();
  return (
    <MenuTrigger>
      <Button aria-label={t('call.more')} className={quietRound}>
        <Ellipsis aria-hidden size={22} />
      </Button>
      <Popover placement="top" className={menuStyles}>
        <Menu aria-label={t('call.more')} className="outline-none">
          {groups.map(({ title, actions }) => (
            <MenuSection key={title} className="not-first:mt-1 not-first:border-t not-first:border-line not-first:pt-1">
              <Header className="sr-only">{title}</Header>
              {actions.map(({ id, text, Icon, isOn, run }) => (
                <MenuItem key={id} id={id} textValue={text} onAction={run} className={menuItemStyles}>
                  <Icon aria-hidden size={19} className="shrink-0 text-muted" />
                  <span className="flex-1">{text}</span>
                  {isOn === true && <Check role="img" aria-label={t('call.on')} size={18} className="text-mark" />}
                </MenuItem>
              ))}
            </MenuSection>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
