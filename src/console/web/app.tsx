import { useEffect, useState } from 'preact/hooks';
import { LookAfterIt } from './operate/look-after-it.js';
import { Header } from './shared/header.js';
import { firstLanguage, keepLanguage, type Language, LanguageContext } from './shared/language.js';
import { useView } from './shared/view.js';
import { TryIt } from './try/try-it.js';

export function App() {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const view = useView();

  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    keepLanguage(language);
  }, [language]);

  return (
    <LanguageContext.Provider value={language}>
      <Header view={view} onLanguage={setLanguage} />
      {/* Both stay as they are while the other one is looked at: what goes on in them goes on. */}
      <main id="main" tabIndex={-1}>
        <div hidden={view !== 'try'}>
          <TryIt />
        </div>
        <div hidden={view !== 'operate'}>
          <LookAfterIt isShown={view === 'operate'} />
        </div>
      </main>
    </LanguageContext.Provider>
  );
}
