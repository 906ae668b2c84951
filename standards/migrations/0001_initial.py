import django.core.validators
import core.kept_files
from core.create_together import CreateTogether
import django.db.models.deletion
import django.db.models.expressions
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [CreateTogether([
        migrations.CreateModel(
            name='Ground',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('number', models.CharField(max_length=60, unique=True, verbose_name='document number')),
                ('issuer', models.CharField(max_length=100, verbose_name='issued by')),
                ('issued_on', models.DateField(verbose_name='issued on')),
                ('in_force_from', models.DateField(verbose_name='in force from')),
                ('in_force_until', models.DateField(blank=True, null=True, verbose_name='in force until')),
                ('link', models.URLField(blank=True, verbose_name='where it is published')),
                ('file', models.FileField(blank=True, upload_to='grounds/', verbose_name='file')),
                ('file_name', models.CharField(blank=True, max_length=200, verbose_name='file name')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('file_flags', core.kept_files.FlagsField(blank=True, max_length=60, verbose_name='what to know of it')),
                ('replaced_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='standards.ground', verbose_name='replaced by')),
            ],
            options={
                'verbose_name': 'ground',
                'verbose_name_plural': 'grounds',
                'ordering': ['issued_on', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('issued_on__lte', models.F('in_force_from'))), name='ground_issued_before_in_force'), models.CheckConstraint(condition=models.Q(('in_force_until', None), ('in_force_until__gte', models.F('in_force_from')), _connector='OR'), name='ground_in_force_before_end'), models.CheckConstraint(condition=models.Q(('replaced_by', None), ('in_force_until__isnull', False), _connector='OR'), name='ground_replaced_has_end'), models.CheckConstraint(condition=models.Q(('replaced_by', None), models.Q(('replaced_by', models.F('id')), _negated=True), _connector='OR'), name='ground_not_replaced_by_itself'), models.CheckConstraint(condition=models.Q(('file', ''), models.Q(models.Q(('file_name', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='ground_file_has_digest')],
            },
        ),
        migrations.CreateModel(
            name='Rulebook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=100, verbose_name='title')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('published', 'in force'), ('retired', 'retired')], default='draft', max_length=10, verbose_name='state')),
                ('published_on', models.DateField(blank=True, null=True, verbose_name='published on')),
                ('note', models.TextField(blank=True, verbose_name='what is new in this version')),
                ('version', models.PositiveSmallIntegerField(unique=True, verbose_name='version')),
                ('partly_met_percent', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='share of points for “partly met” (%)')),
                ('pass_mark', models.DecimalField(decimal_places=2, default=Decimal('80'), max_digits=5, verbose_name='pass mark')),
                ('excellent_from', models.DecimalField(decimal_places=2, default=Decimal('90'), max_digits=5, verbose_name='excellent from')),
                ('good_from', models.DecimalField(decimal_places=2, default=Decimal('80'), max_digits=5, verbose_name='good from')),
                ('qualified_from', models.DecimalField(decimal_places=2, default=Decimal('60'), max_digits=5, verbose_name='qualified from')),
                ('standard_weight', models.PositiveSmallIntegerField(default=80, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='weight of the standard (%)')),
                ('appraisal_weight', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='weight of the public appraisal (%)')),
                ('further_weight', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='weight of further forms of acceptance (%)')),
                ('bonus_cap', models.DecimalField(decimal_places=2, default=Decimal('5'), max_digits=5, verbose_name='highest bonus')),
                ('bonus_from', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=5, verbose_name='bonus counts from a standard score of')),
                ('minimum_appraisal_sample', models.PositiveIntegerField(default=30, verbose_name='smallest valid appraisal sample')),
                ('minimum_satisfaction', models.DecimalField(decimal_places=2, default=Decimal('60'), max_digits=5, verbose_name='lowest satisfaction to pass')),
                ('paper_grace_days', models.PositiveSmallIntegerField(default=3, verbose_name='days after an appraisal in which paper forms are entered')),
                ('appraisal_prolong_days', models.PositiveSmallIntegerField(default=30, verbose_name='days by which an appraisal is prolonged at most')),
                ('paper_check_percent', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='share of paper forms entered a second time (%)')),
                ('blind_score_gap', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='gap between two inspectors that must be deliberated (percent of the item)')),
                ('veto_reasons', models.JSONField(blank=True, default=list, verbose_name='veto reasons')),
                ('notice_days', models.PositiveSmallIntegerField(default=5, verbose_name='length of a public notice')),
                ('notice_unit', models.CharField(choices=[('working_days', 'working days'), ('calendar_days', 'calendar days')], default='working_days', max_length=20, verbose_name='counted in')),
                ('rectification_days', models.PositiveSmallIntegerField(default=10, verbose_name='working days to rectify')),
                ('comment_days', models.PositiveSmallIntegerField(default=3, verbose_name='working days to comment on findings')),
                ('hearing_days', models.PositiveSmallIntegerField(default=5, verbose_name='working days to state a view before a revocation')),
                ('recheck_months', models.PositiveSmallIntegerField(default=12, verbose_name='months after which a named site is rechecked at the latest')),
                ('recheck_draw_percent', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='share of named sites drawn to be rechecked besides (%)')),
                ('recheck_draws_a_year', models.PositiveSmallIntegerField(default=2, verbose_name='draws of sites to be rechecked, a year')),
                ('recheck_prompt_days', models.PositiveSmallIntegerField(default=10, verbose_name='working days to recheck after a complaint')),
                ('escalation_offices_days', models.PositiveSmallIntegerField(default=3, verbose_name='working days overdue until the offices are told')),
                ('escalation_leading_group_days', models.PositiveSmallIntegerField(default=5, verbose_name='working days overdue until the leading group is told')),
                ('objection_reply_days', models.PositiveSmallIntegerField(default=15, verbose_name='working days to answer an objection')),
                ('objection_kept_days', models.PositiveSmallIntegerField(default=730, verbose_name="days an objector's data is kept after the reply")),
                ('enquiry_reply_days', models.PositiveSmallIntegerField(default=10, verbose_name='working days to answer an enquiry')),
                ('due_soon_days', models.PositiveSmallIntegerField(default=3, verbose_name='working days from which a date is close')),
                ('evidence_max_files', models.PositiveSmallIntegerField(default=10, verbose_name='files per piece of evidence, at most')),
            ],
            options={
                'verbose_name': 'rulebook',
                'verbose_name_plural': 'rulebooks',
                'ordering': ['-version'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('state',), name='rulebook_one_in_force'), models.CheckConstraint(condition=models.Q(('standard_weight', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.Value(100), '-', models.F('appraisal_weight')), '-', models.F('further_weight')))), name='rulebook_weights_make_100'), models.CheckConstraint(condition=models.Q(('excellent_from__gte', models.F('good_from')), ('good_from__gte', models.F('qualified_from'))), name='rulebook_bands_descend'), models.CheckConstraint(condition=models.Q(('escalation_leading_group_days__gte', models.F('escalation_offices_days'))), name='rulebook_escalation_ascends'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('state',), name='rulebook_one_draft')],
            },
        ),
        migrations.CreateModel(
            name='Standard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                ('title', models.CharField(max_length=100, verbose_name='title')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('published', 'in force'), ('retired', 'retired')], default='draft', max_length=10, verbose_name='state')),
                ('published_on', models.DateField(blank=True, null=True, verbose_name='published on')),
                ('note', models.TextField(blank=True, verbose_name='what is new in this version')),
                ('kind', models.CharField(choices=[('government_affairs', 'government-affairs disclosure'), ('service', 'service disclosure')], max_length=20, verbose_name='kind')),
                ('total', models.DecimalField(decimal_places=2, default=Decimal('100'), max_digits=5, verbose_name='total points')),
                ('points_are_proposed', models.BooleanField(default=True, help_text='The plan fixes no points; the pages say so.', verbose_name='points are proposed')),
            ],
            options={
                'verbose_name': 'standard',
                'verbose_name_plural': 'standards',
                'ordering': ['kind', '-version'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'version'), name='standard_version_once'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('kind',), name='standard_one_in_force_per_kind'), models.CheckConstraint(condition=models.Q(('state', 'draft'), ('published_on__isnull', False), _connector='OR'), name='standard_published_has_date'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('kind',), name='standard_one_draft_per_kind')],
            },
        ),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('standard', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sections', to='standards.standard', verbose_name='standard')),
                ('ordinal', models.PositiveSmallIntegerField(verbose_name='number')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('text', models.TextField(verbose_name="the plan's words")),
                ('points', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='points')),
            ],
            options={
                'verbose_name': 'section',
                'ordering': ['standard', 'ordinal'],
                'constraints': [models.UniqueConstraint(fields=('standard', 'ordinal'), name='section_number_once'), models.CheckConstraint(condition=models.Q(('points__gt', 0)), name='section_points_positive')],
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='standards.section', verbose_name='section')),
                ('ordinal', models.PositiveSmallIntegerField(verbose_name='number')),
                ('code', models.CharField(max_length=10, verbose_name='code')),
                ('text', models.CharField(max_length=200, verbose_name='item')),
                ('clause', models.CharField(max_length=300, verbose_name="the plan's clause")),
                ('keyword', models.CharField(max_length=60, verbose_name='key word')),
                ('points', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='points')),
                ('evidence_hint', models.CharField(max_length=200, verbose_name='evidence')),
                ('disclosure_form', models.CharField(max_length=100, verbose_name='form of disclosure')),
                ('may_be_inapplicable', models.BooleanField(default=False, verbose_name='may be inapplicable')),
                ('either_or', models.BooleanField(default=False, verbose_name='either form is enough')),
                ('deduction', models.DecimalField(blank=True, decimal_places=2, help_text='Where faults are counted: full points without one, never below 0.', max_digits=5, null=True, verbose_name='points off for each fault')),
                ('grounds', models.JSONField(blank=True, default=list, verbose_name='grounds it cites')),
                ('full_example', models.TextField(blank=True, verbose_name='example of the full mark')),
                ('half_example', models.TextField(blank=True, verbose_name='example of half the mark')),
                ('zero_example', models.TextField(blank=True, verbose_name='example of no mark')),
            ],
            options={
                'verbose_name': 'item',
                'ordering': ['section__ordinal', 'ordinal'],
                'constraints': [models.UniqueConstraint(fields=('section', 'ordinal'), name='item_number_once'), models.UniqueConstraint(fields=('section', 'code'), name='item_code_once'), models.CheckConstraint(condition=models.Q(('points__gt', 0)), name='item_points_positive'), models.CheckConstraint(condition=models.Q(('deduction__gt', 0), ('deduction__lte', models.F('points'))), name='item_deduction_within')],
            },
        ),
        migrations.CreateModel(
            name='Chapter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordinal', models.PositiveSmallIntegerField(verbose_name='number')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('rulebook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chapters', to='standards.rulebook', verbose_name='rulebook')),
            ],
            options={
                'verbose_name': 'chapter',
                'verbose_name_plural': 'chapters',
                'ordering': ['rulebook', 'ordinal'],
                'constraints': [models.UniqueConstraint(fields=('rulebook', 'ordinal'), name='chapter_number_once')],
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordinal', models.PositiveSmallIntegerField(verbose_name='place in its chapter')),
                ('key', models.PositiveIntegerField(verbose_name='key, the same in all versions')),
                ('text', models.TextField(max_length=2000, verbose_name='text')),
                ('reading', models.TextField(blank=True, help_text='With number and numbers; empty in a draft.', verbose_name='as it reads since it is in force')),
                ('chapter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='articles', to='standards.chapter', verbose_name='chapter')),
            ],
            options={
                'verbose_name': 'article of the rulebook',
                'verbose_name_plural': 'articles of the rulebook',
                'ordering': ['chapter__ordinal', 'ordinal'],
                'constraints': [models.UniqueConstraint(fields=('chapter', 'ordinal'), name='article_place_once'), models.UniqueConstraint(fields=('chapter', 'key'), name='article_key_once')],
            },
        ),
        migrations.CreateModel(
            name='Consultation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter', models.TextField(max_length=2000, verbose_name='what is asked')),
                ('answer_by', models.DateField(verbose_name='answer by')),
                ('sent_on', models.DateField(verbose_name='sent on')),
                ('seen', models.CharField(max_length=64, verbose_name='digest of the draft')),
                ('rulebook', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='consultation', to='standards.rulebook', verbose_name='rulebook')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by')),
            ],
            options={
                'verbose_name': 'consultation',
            },
        ),
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stance', models.CharField(blank=True, choices=[('agrees', 'agrees'), ('proposes', 'proposes changes')], max_length=10, verbose_name='opinion')),
                ('answered_on', models.DateField(null=True, verbose_name='day of the answer')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('consultation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opinions', to='standards.consultation', verbose_name='consultation')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'opinion on a draft',
                'verbose_name_plural': 'opinions on a draft',
                'ordering': ['organisation__code'],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(blank=True, help_text='Empty: the whole draft.', max_length=20, verbose_name='about')),
                ('text', models.TextField(max_length=2000, verbose_name='proposed change')),
                ('taken', models.CharField(blank=True, choices=[('taken', 'adopted'), ('partly', 'adopted in part'), ('not', 'not adopted')], max_length=10, verbose_name='answer')),
                ('reason', models.TextField(blank=True, max_length=2000, verbose_name='reason')),
                ('replied_on', models.DateField(null=True, verbose_name='day of the answer')),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='standards.article', verbose_name='article of the rulebook')),
                ('opinion', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='standards.opinion', verbose_name='opinion on a draft')),
                ('replied_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
            ],
            options={
                'verbose_name': 'proposal on a draft',
                'verbose_name_plural': 'proposals on a draft',
                'ordering': ['opinion__organisation__code', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='consultation',
            constraint=models.CheckConstraint(condition=models.Q(('answer_by__gt', models.F('sent_on'))), name='consultation_leaves_time'),
        ),
        migrations.AddConstraint(
            model_name='opinion',
            constraint=models.UniqueConstraint(fields=('consultation', 'organisation'), name='opinion_once_asked'),
        ),
        migrations.AddConstraint(
            model_name='opinion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_by', None), ('answered_on', None), ('stance', '')), models.Q(models.Q(('stance', ''), _negated=True), ('answered_by__isnull', False), ('answered_on__isnull', False)), _connector='OR'), name='opinion_given_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('replied_by', None), ('replied_on', None), ('taken', '')), models.Q(models.Q(('taken', ''), _negated=True), models.Q(('reason', ''), _negated=True), ('replied_by__isnull', False), ('replied_on__isnull', False)), _connector='OR'), name='proposal_answered_with_reason'),
        ),
    ])]
