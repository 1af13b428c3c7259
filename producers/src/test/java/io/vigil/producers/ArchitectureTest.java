package io.vigil.producers;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.vigil.producers.camera.SourceUri;

@AnalyzeClasses(packages = "io.vigil.producers", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES = slices().matching("io.vigil.producers.(*)..")
            .should()
            .beFreeOfCycles()
            .because("each package is read after those it uses");

    @ArchTest
    static final ArchRule ONLY_PICTURES_TOUCH_NATIVE_CODE = noClasses()
            .that()
            .resideOutsideOfPackages("..capture..", "..encode..", "..record..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bytedeco..")
            .because("native memory has its owners in one place");

    @ArchTest
    static final ArchRule ONLY_PUBLISH_TALKS_TO_KAFKA = noClasses()
            .that()
            .resideOutsideOfPackage("..publish..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..")
            .because("capture must work and be tested without a broker");

    @ArchTest
    static final ArchRule ONLY_APP_READS_CONFIGURATION = noClasses()
            .that()
            .resideOutsideOfPackage("..app..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.typesafe.config..")
            .because("collaborators get the record they need");

    @ArchTest
    static final ArchRule CREDENTIALS_GO_TO_FFMPEG_ONLY = noClasses()
            .that()
            .doNotHaveSimpleName("FfmpegInput")
            .should()
            .callMethod(SourceUri.class, "location")
            .because("a location holds the camera's password");
}
