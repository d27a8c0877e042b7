"""Twenty lines of talk in each language, and the old encodings that its subtitles come in.

Written for these tests: a small scene on a quay, the same in every language as far as it goes.
"""

from __future__ import annotations

import unicodedata

CENTRAL = ("cp1250", "iso8859-2")
WESTERN = ("cp1252", "iso8859-15")
RUSSIAN = ("cp1251", "koi8-r", "iso8859-5")

#: language -> (encodings, lines)
SENTENCES: dict[str, tuple[tuple[str, ...], str]] = {
    "polish": (CENTRAL, """\
Gdzie byłeś wczoraj wieczorem?
Siedziałem w domu i czekałem na ciebie.
Nie wierzę ci ani trochę.
Przecież zawsze mówię prawdę.
Łódź odpływa za dziesięć minut.
Musimy się pośpieszyć, bo nie zdążymy.
Weź płaszcz, na zewnątrz jest zimno.
Kto zostawił otwarte drzwi?
Myślę, że to był mój młodszy brat.
Daj mi jeszcze jedną szansę.
Nikt nie może się o tym dowiedzieć.
Pamiętasz, co powiedziała nam babcia?
Oczywiście, że pamiętam każde słowo.
W takim razie chodźmy już stąd.
Ktoś puka, nie otwieraj!
To tylko sąsiadka z trzeciego piętra.
Przyniosła nam świeże jabłka.
Cóż za miła niespodzianka.
Jutro będzie padać przez cały dzień.
Dziękuję, że tu jesteś."""),
    "czech": (CENTRAL, """\
Kde jsi byl včera večer?
Seděl jsem doma a čekal na tebe.
Nevěřím ti ani slovo.
Vždyť já vždycky říkám pravdu.
Loď odplouvá za deset minut.
Musíme si pospíšit, jinak to nestihneme.
Vezmi si kabát, venku je zima.
Kdo nechal otevřené dveře?
Myslím, že to byl můj mladší bratr.
Dej mi ještě jednu šanci.
Nikdo se to nesmí dozvědět.
Pamatuješ si, co nám řekla babička?
Samozřejmě, pamatuji si každé slovo.
Tak už odtud pojďme.
Někdo klepe, neotvírej!
To je jenom sousedka ze třetího patra.
Přinesla nám čerstvá jablka.
To je ale příjemné překvapení.
Zítra bude celý den pršet.
Děkuji, že jsi tady."""),
    "slovak": (CENTRAL, """\
Kde si bol včera večer?
Sedel som doma a čakal na teba.
Neverím ti ani slovo.
Veď ja vždy hovorím pravdu.
Loď odpláva o desať minút.
Musíme sa poponáhľať, inak to nestihneme.
Vezmi si kabát, vonku je zima.
Kto nechal otvorené dvere?
Myslím, že to bol môj mladší brat.
Daj mi ešte jednu šancu.
Nikto sa to nesmie dozvedieť.
Pamätáš si, čo nám povedala babička?
Samozrejme, pamätám si každé slovo.
Tak už odtiaľto poďme.
Niekto klope, neotváraj!
To je len suseda z tretieho poschodia.
Priniesla nám čerstvé jablká.
Aké príjemné prekvapenie.
Zajtra bude celý deň pršať.
Ďakujem, že si tu."""),
    "hungarian": (CENTRAL, """\
Hol voltál tegnap este?
Otthon ültem, és rád vártam.
Egy szavadat sem hiszem el.
Pedig mindig az igazat mondom.
A hajó tíz perc múlva indul.
Sietnünk kell, különben lekéssük.
Vedd fel a kabátod, kint hideg van.
Ki hagyta nyitva az ajtót?
Azt hiszem, az öcsém volt az.
Adj nekem még egy esélyt.
Ezt senki nem tudhatja meg.
Emlékszel, mit mondott a nagymama?
Persze, minden szóra emlékszem.
Akkor menjünk innen végre.
Valaki kopog, ne nyisd ki!
Csak a szomszéd a harmadik emeletről.
Hozott nekünk friss almát.
Micsoda kellemes meglepetés.
Holnap egész nap esni fog az eső.
Köszönöm, hogy itt vagy velem."""),
    "romanian": (CENTRAL, """\
Unde ai fost aseară?
Am stat acasă şi te-am aşteptat.
Nu cred niciun cuvânt din ce spui.
Dar eu spun mereu adevărul.
Vaporul pleacă peste zece minute.
Trebuie să ne grăbim, altfel întârziem.
Ia-ţi haina, afară e foarte frig.
Cine a lăsat uşa deschisă?
Cred că a fost fratele meu mai mic.
Mai dă-mi o şansă, te rog.
Nimeni nu trebuie să afle asta.
Îţi aminteşti ce ne-a spus bunica?
Bineînţeles, îmi amintesc fiecare cuvânt.
Atunci hai să plecăm de aici.
Bate cineva, nu deschide!
E doar vecina de la etajul trei.
Ne-a adus nişte mere proaspete.
Ce surpriză plăcută.
Mâine o să plouă toată ziua.
Îţi mulţumesc că eşti aici."""),
    "croatian": (CENTRAL, """\
Gdje si bio sinoć?
Sjedio sam kod kuće i čekao te.
Ne vjerujem ti ni riječ.
Pa ja uvijek govorim istinu.
Brod odlazi za deset minuta.
Moramo požuriti, inače nećemo stići.
Uzmi kaput, vani je hladno.
Tko je ostavio otvorena vrata?
Mislim da je to bio moj mlađi brat.
Daj mi još jednu priliku.
Nitko to ne smije saznati.
Sjećaš li se što nam je baka rekla?
Naravno, sjećam se svake riječi.
Onda hajdemo već jednom odavde.
Netko kuca, nemoj otvarati!
To je samo susjeda s trećeg kata.
Donijela nam je svježe jabuke.
Kakvo ugodno iznenađenje.
Sutra će cijeli dan padati kiša.
Hvala što si došao, dragi moj."""),
    "russian": (RUSSIAN, """\
Где ты был вчера вечером?
Сидел дома и ждал тебя.
Я не верю ни одному твоему слову.
Но ведь я всегда говорю правду.
Корабль отходит через десять минут.
Надо спешить, иначе мы опоздаем.
Надень пальто, на улице холодно.
Кто оставил дверь открытой?
Думаю, это был мой младший брат.
Дай мне ещё один шанс.
Никто не должен об этом узнать.
Помнишь, что нам говорила бабушка?
Конечно, помню каждое слово.
Тогда пойдём отсюда.
Кто-то стучит, не открывай!
Это просто соседка с третьего этажа.
Она принесла нам свежих яблок.
Какой приятный сюрприз.
Завтра весь день будет дождь.
Спасибо, что ты здесь."""),
    "ukrainian": (("cp1251", "koi8-u"), """\
Де ти був учора ввечері?
Сидів удома й чекав на тебе.
Я не вірю жодному твоєму слову.
Але ж я завжди кажу правду.
Корабель відпливає за десять хвилин.
Треба поспішати, бо запізнимося.
Одягни пальто, надворі холодно.
Хто залишив двері відчиненими?
Гадаю, це був мій молодший брат.
Дай мені ще одну нагоду.
Ніхто не повинен про це дізнатися.
Пам'ятаєш, що нам казала бабуся?
Звісно, пам'ятаю кожне слово.
Тоді ходімо вже звідси.
Хтось стукає, не відчиняй!
Це лише сусідка з третього поверху.
Вона принесла нам свіжі яблука.
Яка приємна несподіванка.
Завтра цілий день буде дощ.
Дякую, що ти тут зі мною."""),
    "bulgarian": (("cp1251",), """\
Къде беше снощи?
Седях си вкъщи и те чаках.
Не ти вярвам нито дума.
Но аз винаги казвам истината.
Корабът тръгва след десет минути.
Трябва да побързаме, иначе ще закъснеем.
Вземи си палтото, навън е студено.
Кой остави вратата отворена?
Мисля, че беше по-малкият ми брат.
Дай ми още един шанс.
Никой не бива да узнае за това.
Помниш ли какво ни каза баба?
Разбира се, помня всяка дума.
Тогава да тръгваме оттук.
Някой чука, не отваряй!
Това е само съседката от третия етаж.
Донесе ни пресни ябълки.
Каква приятна изненада.
Утре цял ден ще вали дъжд.
Благодаря ти, че си тук."""),
    "serbian": (("cp1251",), """\
Где си био синоћ?
Седео сам код куће и чекао те.
Не верујем ти ни реч.
Па ја увек говорим истину.
Брод полази за десет минута.
Морамо да пожуримо, иначе нећемо стићи.
Узми капут, напољу је хладно.
Ко је оставио отворена врата?
Мислим да је то био мој млађи брат.
Дај ми још једну прилику.
Нико не сме то да сазна.
Сећаш ли се шта нам је бака рекла?
Наравно, сећам се сваке речи.
Онда хајдемо већ једном одавде.
Неко куца, немој да отвараш!
То је само комшиница са трећег спрата.
Донела нам је свеже јабуке.
Какво пријатно изненађење.
Сутра ће цео дан падати киша.
Хвала што си овде са мном."""),
    "french": (WESTERN, """\
Où étais-tu hier soir ?
J'étais à la maison, je t'attendais.
Je ne crois pas un mot de ce que tu dis.
Pourtant je dis toujours la vérité.
Le bateau part dans dix minutes.
Dépêchons-nous, sinon on sera en retard.
Prends ton manteau, il fait froid dehors.
Qui a laissé la porte ouverte ?
C'était mon frère cadet, je pense.
Donne-moi une dernière chance, ça suffit.
Personne ne doit être au courant.
Tu te rappelles ce que grand-mère répétait ?
Évidemment, je me souviens de tout.
Alors allons-nous-en d'ici, ça vaut mieux.
On frappe à la porte, n'ouvre pas !
C'est la voisine du troisième étage.
Elle a apporté des pêches très mûres.
Quelle agréable surprise, ma chère.
Demain il va pleuvoir toute la journée.
Merci d'être là, près de moi."""),
    "german": (WESTERN, """\
Wo warst du gestern Abend?
Ich saß zu Hause und habe gewartet.
Ich glaube dir kein einziges Wort.
Dabei sage ich doch immer die Wahrheit.
Das Schiff fährt in zehn Minuten ab.
Wir müssen uns beeilen, es ist spät.
Nimm den Mantel, draußen ist es kalt.
Wer hat die Tür offen gelassen?
Das war wohl mein jüngerer Bruder.
Gib mir noch eine Chance, ich möchte bleiben.
Niemand darf etwas darüber erfahren.
Weißt du noch, was Großmutter gesagt hat?
Natürlich, ich erinnere mich an jedes Wort.
Dann lass uns endlich gehen, schnell.
Es klopft, mach bloß nicht auf!
Das ist nur die Nachbarin von drüben.
Sie hat uns frische Äpfel gebracht.
Was für eine schöne Überraschung.
Morgen soll es den ganzen Tag stürmen.
Danke, dass du für mich da bist."""),
    "italian": (WESTERN, """\
Dov'eri ieri sera?
Ero a casa e ti aspettavo.
Non credo a una parola di quello che dici.
Eppure dico sempre la verità.
La nave parte fra dieci minuti, perciò sbrigati.
Dobbiamo correre, altrimenti è tardi.
Prendi il cappotto, fuori fa freddo.
Chi ha lasciato la porta aperta?
Sarà stato mio fratello, perché è distratto.
Dammi ancora una possibilità.
Nessuno deve saperlo, né oggi né mai.
Ti ricordi che cosa diceva la nonna?
Certo, ricordo già ogni parola.
Allora andiamo via di qua, cioè subito.
Qualcuno bussa, non aprire!
È soltanto la vicina del terzo piano.
Ci ha portato delle mele, così fresche.
Che bella sorpresa, però.
Domani pioverà tutto il giorno.
Grazie di essere qui, tesoro."""),
    "spanish": (WESTERN, """\
¿Dónde estuviste anoche?
Me quedé en casa esperándote.
No me creo ni una palabra.
Pero si yo siempre digo la verdad.
El barco sale dentro de diez minutos.
Démonos prisa, o llegaremos tarde.
Coge el abrigo, fuera hace frío.
¿Quién dejó la puerta abierta?
Creo que fue mi hermano pequeño.
Dame otra oportunidad, por favor.
Nadie puede enterarse jamás, ¿está claro?
¿Te acuerdas de lo que decía la abuela?
Claro que sí, recuerdo cada palabra.
Entonces vámonos de aquí ya.
¡Llaman a la puerta, no abras!
Sólo es la vecina del tercer piso.
Nos ha traído manzanas del huerto.
¡Qué sorpresa tan agradable!
Mañana va a llover todo el día.
Gracias por estar aquí, cariño."""),
    "portuguese": (WESTERN, """\
Onde você estava ontem à noite?
Fiquei em casa esperando por você.
Não acredito em uma só palavra.
Mas eu sempre digo a verdade.
O navio parte daqui a dez minutos.
Precisamos correr, senão não dá tempo.
Pegue o casaco, lá fora está frio.
Quem deixou a porta aberta?
Acho que foi o meu irmão mais novo.
Me dê outra chance, só mais uma.
Ninguém pode saber disso, está bem?
Lembra do que a nossa avó dizia?
É claro, lembro de cada frase, até hoje.
Então vamos embora daqui já.
Estão batendo, não abra!
É só a vizinha do terceiro andar.
Ela trouxe maçãs fresquinhas.
Que surpresa agradável, meu irmão.
Amanhã vai chover o dia todo.
Obrigado por você não ir embora."""),
    "swedish": (WESTERN, """\
Var var du i går kväll?
Jag satt hemma och väntade på dig.
Jag tror inte på ett ord av det där.
Men jag säger ju alltid sanningen.
Båten går om tio minuter.
Vi måste skynda oss, annars är det för sent.
Ta på dig rocken, det är kallt ute.
Vem lämnade dörren öppen?
Det var nog min yngre bror, tänker jag.
Ge mig en chans till, snälla.
Ingen får veta något om det här.
Minns du vad mormor brukade säga?
Självklart, jag minns vartenda ord.
Då går vi härifrån nu.
Det knackar, öppna inte!
Det är bara grannen från tredje våningen.
Hon har med sig äpplen från trädgården.
Vilken trevlig överraskning.
I morgon ska det regna hela dagen, är det sagt.
Tack för att du är här."""),
    "greek": (("cp1253", "iso8859-7"), """\
Πού ήσουν χτες το βράδυ;
Καθόμουν στο σπίτι και σε περίμενα.
Δεν πιστεύω ούτε λέξη.
Μα εγώ λέω πάντα την αλήθεια.
Το πλοίο φεύγει σε δέκα λεπτά.
Πρέπει να βιαστούμε, αλλιώς θα αργήσουμε.
Πάρε το παλτό σου, έξω κάνει κρύο.
Ποιος άφησε ανοιχτή την πόρτα;
Νομίζω πως ήταν ο μικρός μου αδερφός.
Δώσε μου ακόμα μία ευκαιρία.
Κανείς δεν πρέπει να το μάθει.
Θυμάσαι τι μας έλεγε η γιαγιά;
Φυσικά, θυμάμαι κάθε λέξη.
Τότε πάμε να φύγουμε από εδώ.
Κάποιος χτυπάει, μην ανοίξεις!
Είναι μόνο η γειτόνισσα από τον τρίτο.
Μας έφερε φρέσκα μήλα.
Τι ευχάριστη έκπληξη.
Αύριο θα βρέχει όλη μέρα.
Σ' ευχαριστώ που είσαι εδώ."""),
    "turkish": (("cp1254", "iso8859-9"), """\
Dün akşam neredeydin?
Evde oturup seni bekledim.
Söylediğin tek kelimeye inanmıyorum.
Ama ben her zaman doğruyu söylerim.
Gemi on dakika sonra kalkıyor.
Acele etmeliyiz, yoksa geç kalacağız.
Paltonu al, dışarısı çok soğuk.
Kapıyı kim açık bıraktı?
Sanırım küçük kardeşimdi.
Bana bir şans daha ver.
Bunu kimse öğrenmemeli.
Büyükannemin ne dediğini hatırlıyor musun?
Elbette, her sözünü hatırlıyorum.
O zaman gidelim artık buradan.
Biri kapıyı çalıyor, sakın açma!
Sadece üçüncü kattaki komşu.
Bize taze elma getirmiş.
Ne hoş bir sürpriz.
Yarın bütün gün yağmur yağacak.
Burada olduğun için teşekkür ederim."""),
    "hebrew": (("cp1255", "iso8859-8"), """\
איפה היית אתמול בערב?
ישבתי בבית וחיכיתי לך.
אני לא מאמין לאף מילה שלך.
אבל אני תמיד אומר את האמת.
האונייה יוצאת בעוד עשר דקות.
אנחנו חייבים למהר, אחרת נאחר.
קח את המעיל, קר בחוץ.
מי השאיר את הדלת פתוחה?
אני חושב שזה היה אחי הקטן.
תן לי עוד הזדמנות אחת.
אסור שמישהו ידע על זה.
אתה זוכר מה סבתא אמרה לנו?
ברור, אני זוכר כל מילה.
אז בוא נלך מכאן כבר.
מישהו דופק, אל תפתח!
זאת רק השכנה מהקומה השלישית.
היא הביאה לנו תפוחים טריים.
איזו הפתעה נעימה.
מחר יירד גשם כל היום.
תודה שאתה כאן איתי."""),
    "arabic": (("cp1256", "iso8859-6"), """\
أين كنت مساء أمس؟
جلست في البيت وانتظرتك.
لا أصدق كلمة واحدة مما تقول.
لكنني أقول الحقيقة دائما.
ستغادر السفينة بعد عشر دقائق.
يجب أن نسرع وإلا تأخرنا.
خذ معطفك فالجو بارد في الخارج.
من ترك الباب مفتوحا؟
أظن أنه كان أخي الصغير.
أعطني فرصة أخرى من فضلك.
لا يجوز أن يعرف أحد بذلك.
هل تتذكر ما قالته لنا جدتي؟
طبعا، أتذكر كل كلمة.
إذن هيا نذهب من هنا.
هناك من يطرق الباب، لا تفتح!
إنها الجارة من الطابق الثالث فقط.
أحضرت لنا تفاحا طازجا.
يا لها من مفاجأة جميلة.
غدا ستمطر السماء طوال اليوم.
شكرا لأنك هنا معي."""),
    "lithuanian": (("cp1257", "iso8859-13"), """\
Kur buvai vakar vakare?
Sėdėjau namie ir laukiau tavęs.
Netikiu nė vienu tavo žodžiu.
Juk aš visada sakau tiesą.
Laivas išplaukia po dešimties minučių.
Turime paskubėti, kitaip pavėluosime.
Pasiimk paltą, lauke šalta.
Kas paliko atviras duris?
Manau, kad tai buvo mano jaunesnysis brolis.
Duok man dar vieną galimybę.
Niekas neturi apie tai sužinoti.
Ar prisimeni, ką mums sakė močiutė?
Žinoma, prisimenu kiekvieną žodį.
Tada eikime iš čia.
Kažkas beldžia, neatidaryk!
Tai tik kaimynė iš trečio aukšto.
Ji atnešė mums šviežių obuolių.
Kokia maloni staigmena.
Rytoj visą dieną lis lietus.
Ačiū, kad esi čia."""),
    "latvian": (("cp1257", "iso8859-13"), """\
Kur tu biji vakar vakarā?
Sēdēju mājās un gaidīju tevi.
Es neticu nevienam tavam vārdam.
Bet es vienmēr saku taisnību.
Kuģis atiet pēc desmit minūtēm.
Mums jāpasteidzas, citādi nokavēsim.
Paņem mēteli, ārā ir auksti.
Kurš atstāja durvis vaļā?
Man šķiet, tas bija mans jaunākais brālis.
Dod man vēl vienu iespēju.
Neviens nedrīkst to uzzināt.
Vai atceries, ko mums teica vecmāmiņa?
Protams, atceros katru vārdu.
Tad ejam prom no šejienes.
Kāds klauvē, never vaļā!
Tā ir tikai kaimiņiene no trešā stāva.
Viņa atnesa mums svaigus ābolus.
Cik patīkams pārsteigums.
Rīt visu dienu līs lietus.
Paldies, ka esi šeit."""),
    "estonian": (("cp1257",), """\
Kus sa eile õhtul olid?
Istusin kodus ja ootasin sind.
Ma ei usu sõnagi sellest jutust.
Aga ma räägin ju alati tõtt.
Laev väljub kümne minuti pärast.
Peame ruttama, muidu jääme hiljaks.
Võta mantel kaasa, väljas on külm.
Kes jättis ukse lahti?
Ma arvan, et see oli mu noorem vend, tõesti.
Anna mulle veel üks võimalus.
Keegi ei tohi sellest teada saada, mõistad?
Kas mäletad, mida vanaema ütles?
Muidugi, mäletan iga sõna.
Siis lähme siit juba ära.
Keegi koputab, ära ava!
See on ainult naabrinaine kolmandalt korruselt, näe.
Ta tõi meile värskeid õunu.
Milline meeldiv üllatus.
Homme sajab terve päeva vihma, küllap näed.
Aitäh, et sa siin oled."""),
    "vietnamese": (("cp1258",), """\
Tối qua anh đã ở đâu?
Tôi ngồi ở nhà và chờ em.
Em không tin một lời nào của anh.
Nhưng anh luôn nói sự thật mà.
Con tàu sẽ rời bến sau mười phút nữa.
Chúng ta phải nhanh lên, nếu không sẽ muộn.
Mặc áo khoác vào, bên ngoài lạnh lắm.
Ai đã để cửa mở vậy?
Tôi nghĩ đó là em trai tôi.
Hãy cho tôi thêm một cơ hội.
Không ai được biết chuyện này.
Em còn nhớ bà đã nói gì không?
Tất nhiên, tôi nhớ từng lời.
Vậy thì chúng ta đi khỏi đây thôi.
Có người gõ cửa, đừng mở!
Chỉ là cô hàng xóm ở tầng ba.
Cô ấy mang táo tươi đến cho chúng ta.
Thật là một bất ngờ thú vị.
Ngày mai trời sẽ mưa cả ngày.
Cảm ơn em đã ở đây."""),
    "thai": (("cp874",), """\
เมื่อคืนนี้คุณอยู่ที่ไหน
ผมนั่งรอคุณอยู่ที่บ้าน
ฉันไม่เชื่อคุณเลยสักคำ
แต่ผมพูดความจริงเสมอนะ
เรือจะออกในอีกสิบนาที
เราต้องรีบหน่อย ไม่งั้นจะสาย
เอาเสื้อคลุมไปด้วย ข้างนอกหนาว
ใครเปิดประตูทิ้งไว้
ผมคิดว่าเป็นน้องชายของผม
ขอโอกาสให้ผมอีกครั้ง
ห้ามให้ใครรู้เรื่องนี้
จำได้ไหมว่าคุณยายบอกอะไร
แน่นอน ฉันจำได้ทุกคำ
ถ้าอย่างนั้นไปจากที่นี่กันเถอะ
มีคนเคาะประตู อย่าเปิดนะ
แค่เพื่อนบ้านจากชั้นสาม
เธอเอาแอปเปิลสดมาให้เรา
น่าประหลาดใจจริงๆ
พรุ่งนี้ฝนจะตกทั้งวัน
ขอบคุณที่อยู่ตรงนี้"""),
    "simplified chinese": (("gbk", "gb18030"), """\
昨天晚上你去哪儿了？
我坐在家里等你。
你说的话我一句也不信。
可我说的一直都是真话。
船再过十分钟就要开了。
我们得快点，不然就来不及了。
带上大衣，外面很冷。
是谁把门开着的？
我想应该是我弟弟。
再给我一次机会吧。
这件事谁都不能知道。
你还记得奶奶对我们说的话吗？
当然，每个字我都记得。
那我们赶快离开这里。
有人敲门，别开！
只是三楼的邻居。
她给我们送来了新鲜的苹果。
真是个惊喜。
明天要下一整天的雨。
谢谢你在我身边。"""),
    "traditional chinese": (("big5",), """\
昨天晚上你去哪裡了？
我坐在家裡等你。
你說的話我一句也不信。
可是我說的一直都是真話。
船再過十分鐘就要開了。
我們得快點，不然就來不及了。
帶上大衣，外面很冷。
是誰讓門開著的？
我想應該是我弟弟的功勞。
再給我一次機會，許個願吧。
這件事誰都不能知道。
你還記得奶奶對我們說的話嗎？
當然，每個字我都記得。
那我們趕快離開這裡。
有人敲門，別開！
只是三樓的鄰居。
她給我們送來了新鮮的蘋果。
真是個驚喜。
明天要下一整天的雨。
謝謝你在我身邊。"""),
    "japanese": (("shift_jis", "euc_jp"), """\
昨日の夜はどこにいたの？
家で座って君を待っていたよ。
あなたの言うことは一言も信じない。
でも、いつも本当のことを言っている。
船はあと十分で出る。
急がないと間に合わない。
コートを着て、表は寒いから。
ドアを開けたままにしたのは誰？
弟だったと思う。
もう一度チャンスをくれ。
このことは誰にも知られてはならない。
おばあちゃんの言葉を覚えている？
もちろん、全部覚えているさ。
じゃあ、ここから出よう。
誰かがノックしている、開けるな！
三階の隣人だよ、ソファで待って。
新鮮なリンゴを持ってきてくれた。
なんて嬉しい予定外だろう。
明日は一日中雨が降る。
ここにいてくれてありがとう。"""),
    "korean": (("euc_kr", "cp949"), """\
어젯밤에 어디 있었어?
집에 앉아서 너를 기다렸어.
네 말은 한마디도 안 믿어.
하지만 나는 항상 진실만 말해.
배는 십 분 뒤에 떠난다.
서두르지 않으면 늦을 거야.
외투를 챙겨, 밖은 추워.
누가 문을 열어 두었지?
아마 내 남동생이었을 거야.
한 번만 더 기회를 줘.
아무도 이 일을 알아서는 안 돼.
할머니가 하신 말씀 기억나?
물론이지, 한마디도 잊지 않았어.
그럼 이제 여기서 나가자.
누가 문을 두드려, 열지 마!
삼 층에 사는 이웃일 뿐이야.
신선한 사과를 가져왔어.
정말 반가운 선물이네.
내일은 하루 종일 비가 올 거야.
곁에 있어 줘서 고마워."""),
}  # fmt: skip

#: Tones that code page 1258 writes as letters of their own, after the vowel.
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def as_written(text: str, codec: str) -> str:
    """Return the characters that the bytes of a codec stand for, which in Vietnamese are more."""
    return "".join(map(_split, text)) if codec == "cp1258" else text


def _split(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    tones = [part for part in parts if part in _TONES]
    rest = "".join(part for part in parts if part not in _TONES)
    return unicodedata.normalize("NFC", rest) + "".join(tones) if rest else letter
