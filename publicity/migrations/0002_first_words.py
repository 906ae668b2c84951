"""What people call things that have another name here; the office goes on with the list."""

from django.db import migrations

MEANT = {
    "车管所": "车辆管理所",
    "驾驶证": "车辆管理所",
    "行驶证": "车辆管理所",
    "电费": "供电",
    "电力局": "供电",
    "停电": "供电",
    "水费": "自来水",
    "停水": "自来水",
    "社保": "社会保障",
    "医保": "社会保障",
    "低保": "民政",
    "结婚登记": "民政",
    "房产证": "土地登记",
    "土地证": "土地登记",
    "挂号": "医院",
    "看病": "医院",
    "街道办": "街道办事处",
    "工商局": "工商行政管理",
}


def create(apps, schema_editor):
    words = apps.get_model("publicity", "SearchWord")
    for asked, meant in MEANT.items():
        words.objects.get_or_create(asked=asked, defaults={"meant": meant})


class Migration(migrations.Migration):
    dependencies = [("publicity", "0001_initial")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
