import core.clock
import accounts.models.messages
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                ('short_name', models.CharField(max_length=40, verbose_name='short name')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                ('aliases', models.JSONField(blank=True, default=list, verbose_name='other names')),
                ('kind', models.CharField(choices=[('leading_group', 'leading group'), ('office', 'municipal office'), ('district_office', 'district office'), ('district_government', 'district government'), ('department', 'department'), ('utility', 'public utility or institution'), ('town', 'town'), ('subdistrict', 'subdistrict office'), ('other', 'other')], max_length=20, verbose_name='kind')),
                ('district', models.ForeignKey(blank=True, help_text="The district it belongs to; empty for the city's own bodies and for districts.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='units', to='accounts.organisation', verbose_name='district')),
                ('is_active', models.BooleanField(default=True, help_text='Off once it is dissolved or merged; its past stays.', verbose_name='exists')),
                ('is_sample', models.BooleanField(default=False, verbose_name='sample')),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisations',
                'ordering': ['code'],
                'indexes': [models.Index(fields=['kind'], name='accounts_or_kind_3c8efe_idx')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('role', models.CharField(choices=[('leading_group', 'leading group'), ('office', 'municipal office'), ('district', 'district office'), ('inspector', 'inspector'), ('liaison', 'liaison'), ('auditor', 'auditor')], max_length=20, verbose_name='role')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.organisation', verbose_name='organisation')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                ('wants_mail', models.BooleanField(default=True, help_text='What a person has not read yet, by e-mail.', verbose_name='daily mail digest')),
                ('link_made_at', models.DateTimeField(editable=False, help_text='Empty once it was used.', null=True, verbose_name='link to set a password made at')),
                ('off_since', models.DateField(editable=False, null=True, verbose_name='switched off on')),
                ('off_reason', models.CharField(blank=True, editable=False, max_length=300, verbose_name='reason for switching off')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'ordering': ['username'],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('text', models.CharField(help_text='A msgid with named placeholders.', max_length=300, verbose_name='text')),
                ('about', models.JSONField(default=dict, verbose_name='what stands in the placeholders')),
                ('url', models.CharField(max_length=200, verbose_name='address')),
                ('site_key', models.BigIntegerField(help_text="The site's key; sites live in a room above.", null=True, verbose_name='site it is about')),
                ('filing_key', models.BigIntegerField(help_text="The list's key; lists live in a room above.", null=True, verbose_name='list it is about')),
                ('on', models.DateField(default=core.clock.today, verbose_name='on')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read at')),
            ],
            options={
                'verbose_name': 'notification',
                'ordering': ['-on', '-pk'],
                'indexes': [models.Index(fields=['user', 'read_at'], name='accounts_no_user_id_780bd6_idx')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('channel', models.CharField(max_length=20, verbose_name='channel')),
                ('address', models.CharField(help_text='As it was when the message was made.', max_length=254, verbose_name='address')),
                ('is_outside', models.BooleanField(verbose_name='leaves the own network')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('text', models.TextField(verbose_name='text')),
                ('notifications', models.ManyToManyField(related_name='messages', to='accounts.notification', verbose_name='notifications')),
                ('message_id', models.CharField(default=accounts.models.messages.new_message_id, editable=False, max_length=300, unique=True, verbose_name='message ID')),
                ('made_on', models.DateField(default=core.clock.today, verbose_name='made on')),
                ('state', models.CharField(choices=[('to_release', 'held for release'), ('queued', 'waiting to be sent'), ('sending', 'being sent'), ('sent', 'sent'), ('failed', 'not delivered'), ('discarded', 'discarded unsent')], max_length=10, verbose_name='state')),
                ('released_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='released by')),
                ('released_on', models.DateField(null=True, verbose_name='released on')),
                ('discarded_by', models.ForeignKey(help_text='Empty where the portal itself found nobody to reach, or nothing to tell.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='discarded by')),
                ('discarded_why', models.CharField(blank=True, max_length=300, verbose_name='why it was discarded')),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, help_text='Later with each attempt that failed.', verbose_name='to be sent from')),
                ('sent_at', models.DateTimeField(help_text='Empty while the queue cannot be reached.', null=True, verbose_name='handed to the queue at')),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='taken up at')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='times taken up')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('error', models.TextField(blank=True, verbose_name='error')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['-made_on', '-pk'],
                'indexes': [models.Index(fields=['state', 'due_at'], name='accounts_me_state_ae57fa_idx')],
                'constraints': [models.UniqueConstraint(fields=('user', 'channel', 'made_on'), name='message_once_a_day'), models.CheckConstraint(condition=models.Q(('address', ''), _negated=True), name='message_has_address'), models.CheckConstraint(condition=models.Q(('is_outside', False), ('released_on__isnull', False), ('state__in', ('to_release', 'discarded')), _connector='OR'), name='message_goes_outside_released'), models.CheckConstraint(condition=models.Q(models.Q(('released_by', None), ('released_on', None)), models.Q(('released_by__isnull', False), ('released_on__isnull', False), models.Q(('state', 'to_release'), _negated=True)), _connector='OR'), name='message_released_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sending'), _negated=True), ('claimed_at__isnull', False), _connector='OR'), name='message_sending_is_claimed'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('finished_at__isnull', False), _connector='OR'), name='message_sent_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), _negated=True), models.Q(('error', ''), _negated=True), _connector='OR'), name='message_failed_has_error'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'discarded'), models.Q(('discarded_why', ''), _negated=True)), models.Q(models.Q(('state', 'discarded'), _negated=True), ('discarded_by', None), ('discarded_why', '')), _connector='OR'), name='message_discarded_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_at', models.DateTimeField(help_text='Empty while the queue cannot be reached.', null=True, verbose_name='handed to the queue at')),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='taken up at')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='times taken up')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('error', models.TextField(blank=True, verbose_name='error')),
                ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='asked for at')),
                ('on', models.DateField(verbose_name='on')),
                ('state', models.CharField(choices=[('queued', 'waiting to be made'), ('making', 'being made'), ('ready', 'ready'), ('failed', 'failed'), ('deleted', 'deleted')], default='queued', max_length=10, verbose_name='state')),
                ('file', models.FileField(blank=True, max_length=200, upload_to='', verbose_name='file')),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='size in bytes')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('rights', models.JSONField(default=dict, verbose_name='what the asker might see')),
                ('address', models.CharField(max_length=2000, verbose_name='address')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('name', models.CharField(max_length=300, verbose_name='file name')),
                ('rows', models.PositiveIntegerField(null=True, verbose_name='rows')),
                ('about_key', models.BigIntegerField(null=True, verbose_name='key of the record it is about')),
                ('query', models.JSONField(default=dict, verbose_name='filters')),
                ('about_type', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype', verbose_name='what it is about')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
            ],
            options={
                'verbose_name': 'export',
                'verbose_name_plural': 'exports',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['state', 'sent_at'], name='accounts_ex_state_d600cb_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(models.Q(('file', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='export_ready_has_file'), models.UniqueConstraint(condition=models.Q(('state__in', ('queued', 'making'))), fields=('asked_by', 'language', 'address'), name='export_one_waits_per_address')],
            },
        ),
        migrations.CreateModel(
            name='Motion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('record', models.PositiveBigIntegerField(verbose_name='key of the record')),
                ('title', models.CharField(max_length=250, verbose_name='about')),
                ('values', models.JSONField(default=dict, verbose_name='as the form was filled in')),
                ('state', models.CharField(choices=[('open', 'waits for another person'), ('agreed', 'agreed'), ('declined', 'declined'), ('taken_back', 'taken back')], default='open', max_length=10, verbose_name='state')),
                ('proposed_on', models.DateField(verbose_name='proposed on')),
                ('ended_on', models.DateField(null=True, verbose_name='ended on')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
            ],
            options={
                'verbose_name': 'motion',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['state', 'kind', 'record'], name='accounts_mo_state_e850d0_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='motion_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', False), ('state__in', ('agreed', 'declined'))), models.Q(('decided_by', None), ('state__in', ('open', 'taken_back'))), _connector='OR'), name='motion_decided_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('ended_on', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('ended_on__isnull', False)), _connector='OR'), name='motion_ended_has_date'), models.CheckConstraint(condition=models.Q(('state__in', ('open', 'agreed')), models.Q(('answer', ''), _negated=True), _connector='OR'), name='motion_refusal_has_reason'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('kind', 'record'), name='motion_one_open')],
            },
        ),
        migrations.CreateModel(
            name='Deputy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_on', models.DateField(verbose_name='first day')),
                ('last_on', models.DateField(verbose_name='last day')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('made_on', models.DateField(default=core.clock.today, verbose_name='entered on')),
                ('ended_on', models.DateField(null=True, verbose_name='ended early on')),
                ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deputising', to=settings.AUTH_USER_MODEL, verbose_name='deputy')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended early by')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='who is away')),
            ],
            options={
                'verbose_name': 'deputy',
                'verbose_name_plural': 'deputies',
                'ordering': ['first_on', 'pk'],
                'indexes': [models.Index(fields=['last_on'], name='accounts_de_last_on_31268d_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('person', models.F('deputy')), _negated=True), name='deputy_is_somebody_else'), models.CheckConstraint(condition=models.Q(('first_on__lte', models.F('last_on'))), name='deputy_days_in_order'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='deputy_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('ended_by', None), ('ended_on', None)), models.Q(('ended_by__isnull', False), ('ended_on__isnull', False)), _connector='OR'), name='deputy_ended_by_somebody')],
            },
        ),
    ]
